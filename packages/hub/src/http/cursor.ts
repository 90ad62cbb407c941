// Page cursors: where the last page ended, opaque to the client and checked when it comes back.
import { ProblemError } from '@relevo/runtime';
import type { z } from 'zod';

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws ProblemError invalid_request when the cursor is not one that `encodeCursor` made for this list */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new ProblemError('invalid_request', 'cursor: not one of this list');
  }
}
