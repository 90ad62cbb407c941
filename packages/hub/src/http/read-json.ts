// Reads a JSON body within its bound.
import { ProblemError, readBytes } from '@relevo/runtime';

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
