// Reads the digest that a client sends with its bytes (RFC 9530).
import { ProblemError } from '@relevo/runtime';

// RFC 8941, a dictionary: key [ "=" ( item / inner list ) parameters ], members separated by commas. Digests are byte sequences, `:base64:`.
const member = /^\s*([a-z*][a-z0-9_\-.*]*)=:([A-Za-z0-9+/]*={0,2}):(?:;[^,]*)?\s*$/;

/**
 * The SHA-256 that `Repr-Digest` or `Content-Digest` announces, lower-case hex; undefined when none is sent.
 * Without a content coding the two digests are of the same bytes. Digests of other algorithms are ignored beside it, as RFC 9530 lets a recipient do;
 * alone in `Repr-Digest` they are refused, since who sends it wants the file checked.
 * @throws ProblemError `invalid_request` for a field that is not such a dictionary, or whose SHA-256 has not 32 bytes; `digest_unsupported`.
 */
export function readDigest(headers: Headers): string | undefined {
  const digests = ['repr-digest', 'content-digest'].flatMap((field) => {
    const text = headers.get(field);
    return text === null ? [] : [readField(field, text)];
  });
  if (digests.every((digest) => digest === undefined) && (headers.get('repr-digest') ?? '').trim() !== '') {
    throw new ProblemError('digest_unsupported', 'repr-digest: send a sha-256', { headers: { 'want-repr-digest': 'sha-256=10' } });
  }
  const known = new Set(digests.filter((digest) => digest !== undefined));
  if (known.size > 1) throw new ProblemError('invalid_request', 'repr-digest and content-digest are not of the same bytes');
  return known.values().next().value;
}

function readField(field: string, text: string): string | undefined {
  let found: string | undefined;
  // An empty field is an empty dictionary.
  if (text.trim() === '') return undefined;
  for (const part of text.split(',')) {
    const [, key, value] = member.exec(part) ?? [];
    if (key === undefined || value === undefined) throw new ProblemError('invalid_request', `${field}: not of the form sha-256=:BASE64:`);
    if (key !== 'sha-256') continue;
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length !== 32 || bytes.toString('base64') !== value) throw new ProblemError('invalid_request', `${field}: a SHA-256 has 32 bytes`);
    found = bytes.toString('hex');
  }
  return found;
}
