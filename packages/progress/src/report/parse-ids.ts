// Ids that a program reports under: a wrong one is a mistake of the program, told where it was made.
import { operationIdSchema, parseUserId, stepIdSchema } from '@relevo/protocol';

/** @throws TypeError unless it is 1 to 128 of `A-Z a-z 0-9 . _ : -` */
export function parseOperationId(id: string): string {
  const parsed = operationIdSchema.safeParse(id);
  if (!parsed.success) throw new TypeError(`operation id ${JSON.stringify(id)} ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** @throws TypeError as `parseOperationId` */
export function parseStepId(id: string): string {
  const parsed = stepIdSchema.safeParse(id);
  if (!parsed.success) throw new TypeError(`step id ${JSON.stringify(id)} ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** Declared steps in their full form. */
export function parseSteps(steps: readonly (string | { step: string; message?: string })[] = []): { step: string; message: string }[] {
  return steps.map((step) =>
    typeof step === 'string' ? { step: parseStepId(step), message: '' } : { step: parseStepId(step.step), message: step.message ?? '' },
  );
}

/** A user id, also as the text of a header or query. @throws TypeError unless it is a positive integer */
export function parseOwner(userId: number | string): number {
  const parsed = parseUserId(String(userId));
  if (parsed === undefined) throw new TypeError(`userId ${JSON.stringify(userId)} must be a positive integer`);
  return parsed;
}

/** An id for an operation that was given none: its kind, and what makes it the only one. */
export function makeOperationId(kind: string): string {
  return `${kind.replace(/[^A-Za-z0-9._:-]/g, '-').slice(0, 80)}-${crypto.randomUUID()}`;
}
