// Reads the JSON body of a request under `/api/auth/`, within a bound and against a schema.
import { ProblemError } from '@relevo/runtime';
import type { z } from 'zod';

/** @throws ProblemError `invalid_request`, `body_too_large` */
export async function readJson<Value>(request: Request, schema: z.ZodType<Value>, maxBytes: number): Promise<Value> {
  // A form of another site can send any other type without asking; JSON it cannot.
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ProblemError('invalid_request', 'The body must be application/json');
  const result = schema.safeParse(parse(await readText(request, maxBytes)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ProblemError('invalid_request', `${issue?.path.join('.') || 'The body'}: ${issue?.message}`);
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new ProblemError('body_too_large', `The body may have ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid_request', 'The body is not JSON');
  }
}
