// Reads the body of a request within its bound, whatever length it tells.
import { ProblemError } from './problem.ts';

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
