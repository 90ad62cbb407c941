// Reads the JSON body of a request under `/api/auth/` against a schema.
import { ProblemError } from '@relevo/runtime';
import type { z } from 'zod';
import { readJson } from '../http/read-json.ts';

/** @throws ProblemError `invalid_request`, `body_too_large` */
export async function readBody<Value>(request: Request, schema: z.ZodType<Value>, maxBytes: number): Promise<Value> {
  // A form of another site can send other types without asking first; JSON it cannot.
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ProblemError('invalid_request', 'the body must be application/json');
  const result = schema.safeParse(await readJson(request, maxBytes));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ProblemError('invalid_request', `${['body', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not valid'}`);
}
