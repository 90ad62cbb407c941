// GET /api/operations/{id}: state, steps and timings.
import { operationIdSchema, operationSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { findOperation, operationResource } from './operation-resource.ts';
import type { Operations } from './operations.ts';

export function getOperation(operations: Operations) {
  return endpoint({
    summary: 'One operation with its steps',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().positive().optional() }),
    responses: { 200: { description: 'The operation', schema: operationSchema } },
    async handle({ caller, params, query }) {
      return json(operationResource(await findOperation(operations, caller, params.id, query.user_id)));
    },
  });
}
