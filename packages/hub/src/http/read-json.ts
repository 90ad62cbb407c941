// Reads a body within its bound.
import { ProblemError } from '@relevo/runtime';

/** The parsed body; an empty one reads as `{}`. @throws ProblemError body_too_large, invalid_request */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const text = await readText(request, maxBytes);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid_request', 'body: not JSON');
  }
}

/** A length that is told is one that the server holds the body to: then nothing has to be counted. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  const { headers } = request;
  const isCounted = headers.has('content-length') && !headers.has('transfer-encoding') && Number(headers.get('content-length')) <= maxBytes;
  return isCounted ? request.text() : (await readBytes(request, maxBytes, 'a JSON body')).toString();
}

/** The whole body; `what` names it when it is refused. @throws ProblemError body_too_large */
export async function readBytes(request: Request, maxBytes: number, what: string): Promise<Buffer> {
  const tooLarge = () => new ProblemError('body_too_large', `${what} has at most ${maxBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
