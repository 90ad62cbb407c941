// Reads a JSON body within its bound.
import { ProblemError } from '@relevo/runtime';

/** The parsed body; an empty one reads as `{}`. @throws ProblemError body_too_large, invalid_request */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid_request', 'body: not JSON');
  }
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError('body_too_large', `a JSON body has at most ${maxBytes} bytes`);
}
