// Answers a request for a stored file: conditional requests, one range, and headers that keep a browser from running it.
import { stat } from 'node:fs/promises';
import { create as contentDisposition } from 'content-disposition';
import { ProblemError } from './problem.ts';

export interface StoredFile {
  /** Where the bytes lie on this machine. */
  path: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of the bytes, lower-case hex. Quoted, it is the entity tag. */
  sha256: string;
  /** What the file is called for the person who receives it. */
  name: string;
  mediaType: string;
  /** `inline` is honoured only for types that cannot run anything: images, sound, video, plain text. */
  disposition: 'attachment' | 'inline';
}

// Shown in a tab if so asked: nothing in them is ever executed.
const passiveTypes = /^(image\/(png|jpeg|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/plain)$/;
// A browser runs these, or scripts inside them, when they are opened under their own type.
const activeTypes =
  /^(text\/(html|xml|javascript|ecmascript|css)|application\/(xhtml\+xml|xml|javascript|ecmascript|x-javascript|x-shockwave-flash|wasm|pdf)|multipart\/.*|.*\+xml)$/;

/**
 * The response to a GET or HEAD of `file`: 200, 206 or 304.
 * @throws ProblemError `not_found` when the bytes are not there, `precondition_failed` (412), `range_not_satisfiable` (416).
 */
export async function fileResponse(request: Request, file: StoredFile): Promise<Response> {
  const found = await stat(file.path).catch(() => undefined);
  if (!found?.isFile() || found.size !== file.size) throw new ProblemError('not_found', 'The bytes of this file are no longer there');

  const etag = `"${file.sha256}"`;
  const headers = fileHeaders(file, etag);
  const { headers: asked } = request;

  // RFC 9110 §13.2.2 gives this order: If-Match, If-None-Match, then Range with If-Range.
  const ifMatch = asked.get('if-match');
  if (ifMatch !== null && !listMatches(ifMatch, etag, 'strong')) {
    throw new ProblemError('precondition_failed', 'The file is no longer the one you asked for', { headers: { etag } });
  }
  const ifNoneMatch = asked.get('if-none-match');
  if (ifNoneMatch !== null && listMatches(ifNoneMatch, etag, 'weak')) {
    return new Response(null, { status: 304, headers: { etag, 'cache-control': headers['cache-control'] } });
  }
  // RFC 9110 §14.2: "A server MUST ignore a Range header field received with a request method … for which range handling is not defined"; only GET has it.
  if (request.method === 'HEAD') return new Response(null, { headers: { ...headers, 'content-length': String(file.size) } });

  const range = rangeApplies(asked, etag) ? parseRange(asked.get('range') ?? '', file.size) : undefined;
  if (range === 'unsatisfiable') {
    throw new ProblemError('range_not_satisfiable', `The file has ${file.size} bytes`, {
      headers: { 'content-range': `bytes */${file.size}`, 'accept-ranges': 'bytes' },
    });
  }
  if (range) {
    const { start, end } = range;
    return new Response(Bun.file(file.path).slice(start, end), {
      status: 206,
      headers: { ...headers, 'content-length': String(end - start), 'content-range': `bytes ${start}-${end - 1}/${file.size}` },
    });
  }
  return new Response(Bun.file(file.path), { headers: { ...headers, 'content-length': String(file.size) } });
}

function fileHeaders(file: StoredFile, etag: string) {
  const type = file.mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const passive = passiveTypes.test(type);
  return {
    'content-type': activeTypes.test(type) || type === '' ? 'application/octet-stream' : type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'content-disposition': contentDisposition(file.name, { type: passive ? file.disposition : 'attachment' }),
    'accept-ranges': 'bytes',
    etag,
    // RFC 9530: the digest is of the whole representation, also on a part of it.
    'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** RFC 9110 §8.8.3.2: strong comparison needs both tags equal and neither weak; weak comparison looks at the opaque part only. */
function listMatches(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === etag || (comparison === 'weak' && tag === `W/${etag}`);
  });
}

/** RFC 9110 §13.1.5: without a strong match of If-Range the Range is ignored. No Last-Modified is ever sent, so a date never matches. */
function rangeApplies(headers: Headers, etag: string): boolean {
  if (!headers.has('range')) return false;
  const ifRange = headers.get('if-range');
  return ifRange === null || ifRange.trim() === etag;
}

/**
 * Reads one range as `[start, end)`. RFC 9110 §14.2: "A server MAY ignore the Range header field"; so it is with another unit, a set that is
 * not valid, and a set of several ranges: who can ask for several has to take the whole as well, and multipart bodies invite costly requests.
 */
function parseRange(text: string, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(text.trim());
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    // "If the selected representation is shorter than the specified suffix-length, the entire representation is used."
    const start = Math.max(0, size - Number(last));
    return start >= size ? 'unsatisfiable' : { start, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
