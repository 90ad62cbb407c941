// GET /api/operations: newest first, the caller's own; everybody's for an administrator.
import { operationStates, operationSummarySchema } from '@relevo/protocol';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { operationSummary } from './operation-resource.ts';
import type { Operations } from './operations.ts';

const limitMax = 200;

export function listOperations(operations: Operations) {
  return endpoint({
    summary: 'Operations, newest first',
    query: z.object({
      state: z.enum(operationStates).optional(),
      kind: z.string().max(64).optional(),
      /** Part of the title or of the id. */
      query: z.string().max(128).optional(),
      /** Whose, for an administrator; everybody's without it. */
      user_id: z.coerce.number().int().nonnegative().optional(),
      cursor: z.string().max(512).optional(),
      limit: z.coerce.number().int().min(1).max(limitMax).default(50),
    }),
    responses: {
      200: { description: 'A page of operations', schema: z.object({ operations: z.array(operationSummarySchema), next_cursor: z.string().nullable() }) },
    },
    async handle({ caller, query: { state, kind, query, user_id, cursor, limit } }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.string(), z.string()]));
      const userId = caller.role === 'admin' ? user_id : caller.userId;
      const rows = await operations.store.list({ userId, state, kind, query, before, limit });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return json({ operations: rows.map(operationSummary), next_cursor: last ? encodeCursor([last.created_at, last.id]) : null });
    },
  });
}
