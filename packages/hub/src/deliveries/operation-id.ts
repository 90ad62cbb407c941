// The operation id of a request: the client's `X-Operation-ID`, or one made here.
import { operationIdSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';

/** What an endpoint that reads it says of it in the OpenAPI document. */
export const operationIdHeader = {
  'X-Operation-ID': 'Names the operation, 1 to 128 of A-Z a-z 0-9 . _ : -, and makes the request idempotent; one is made when absent',
};

/** @throws ProblemError invalid_request when the header is not an operation id */
export function operationIdOf(request: Request, prefix: string): string {
  const given = request.headers.get('x-operation-id');
  if (given === null) return `${prefix}-${Date.now()}-${crypto.randomUUID().slice(0, 13)}`;
  const parsed = operationIdSchema.safeParse(given);
  if (!parsed.success) throw new ProblemError('invalid_request', `X-Operation-ID: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
