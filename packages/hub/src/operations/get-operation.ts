// GET /api/operations/{id}: state, steps and timings.
import type { OperationKey } from '@relevo/progress/engine';
import { operationIdSchema, operationSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import { findOperation, operationResource, type StepDetails } from './operation-resource.ts';
import type { Operations } from './operations.ts';

/** `detailsOf`: what others know of its steps. */
export function getOperation(operations: Operations, detailsOf: (operation: OperationKey) => Promise<StepDetails>) {
  return endpoint({
    summary: 'One operation with its steps',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().nonnegative().optional() }),
    responses: { 200: { description: 'The operation', schema: operationSchema } },
    async handle({ caller, params, query, language }) {
      const operation = await findOperation(operations, caller, params.id, query.user_id);
      return json(operationResource(operations.asTold(operation), language, await detailsOf(operation)));
    },
  });
}
