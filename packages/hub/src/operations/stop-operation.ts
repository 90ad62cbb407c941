// POST /api/operations/{id}/stop: aborts the work at its next safe point.
import { operationIdSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { findOperation } from './operation-resource.ts';
import type { Operations } from './operations.ts';

export function stopOperation(operations: Operations) {
  return endpoint({
    summary: 'Ask an operation to stop',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().nonnegative().optional() }),
    responses: { 202: { description: 'It is stopping, or had ended already', schema: z.object({ operation_id: operationIdSchema }) } },
    async handle({ caller, params, query }) {
      const operation = await findOperation(operations, caller, params.id, query.user_id);
      await operations.stop(operation);
      return json({ operation_id: operation.id }, 202);
    },
  });
}
