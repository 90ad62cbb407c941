// POST /api/files?name=NAME: the body, as it is, becomes a file.
import { fileSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { refusedName } from './file-rules.ts';
import type { Files } from './files.ts';
import { readDigest } from './repr-digest.ts';

export function uploadFile(files: Files) {
  return endpoint({
    summary: 'Upload a file in one request',
    query: z.object({ name: z.string() }),
    headers: { 'Repr-Digest': '`sha-256=:BASE64:` of the bytes, checked (RFC 9530)' },
    bodyType: 'application/octet-stream',
    responses: { 201: { description: 'The file', schema: fileSchema } },
    async handle({ raw, url, caller }) {
      const name = nameIn(url);
      const sha256 = readDigest(raw.headers);
      refuseCoding(raw.headers);
      const file = await files.upload({ ownerId: caller.userId, name, body: bodyOf(raw), length: announcedLength(raw.headers), sha256 });
      return json(file, 201, { location: `/api/files/${file.id}` });
    },
  });
}

/** @throws ProblemError `length_mismatch` when the client goes away before the end */
async function* bodyOf(raw: Request): AsyncGenerator<Uint8Array> {
  try {
    if (raw.body) yield* raw.body;
  } catch (error) {
    if (raw.signal.aborted) throw new ProblemError('length_mismatch', 'The connection closed before the end of the body');
    throw error;
  }
}

/** URLSearchParams turns bytes that are not UTF-8 into U+FFFD; a name is taken as it was meant or not at all. */
function nameIn(url: URL): string {
  const given = /[?&]name=([^&]*)/.exec(url.search)?.[1];
  if (given === undefined) throw new ProblemError('invalid_request', 'name: say in the query what the file is called');
  try {
    return decodeURIComponent(given.replaceAll('+', ' '));
  } catch {
    throw refusedName('not_unicode');
  }
}

function announcedLength(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  return text === null ? undefined : Number(text);
}

/** Stored as they come, such bytes would be another file than the one that was meant. */
function refuseCoding(headers: Headers): void {
  const coding = headers.get('content-encoding') ?? 'identity';
  const type = headers.get('content-type') ?? '';
  // RFC 9110 §15.5.16 has the refusal of a coding say in Accept-Encoding which would have been taken.
  if (coding.trim().toLowerCase() !== 'identity') {
    throw new ProblemError('content_unsupported', 'Send the bytes without a content coding', { headers: { 'accept-encoding': 'identity' } });
  }
  if (/^\s*multipart\//i.test(type)) throw new ProblemError('content_unsupported', 'Send the bytes of the file as the body, not a form');
}
