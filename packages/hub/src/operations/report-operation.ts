// POST /api/operations, PATCH /api/operations/{id} and …/steps/{step}: servers outside the hub report their own work with an API key.

import { messageMaxLength, type Operation } from '@relevo/progress/engine';
import { isEnded, operationIdSchema, operationSchema, stepIdSchema, stepStatuses } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { type Caller, endpoint, json } from '../http/endpoint.ts';
import { findOperation, operationResource } from './operation-resource.ts';
import { asProblem, type Operations } from './operations.ts';

const message = z.string().max(messageMaxLength).default('');
const userId = z.number().int().positive();
const ofUser = z.object({ user_id: z.coerce.number().int().positive().optional() });

export function createOperation(operations: Operations) {
  return endpoint({
    summary: 'Report an operation that runs elsewhere: it ends when all its steps have, or, declared without steps, when it is told to',
    body: z.object({
      id: operationIdSchema.optional(),
      /** Who watches it; administrators may name anyone. */
      user_id: userId.optional(),
      kind: z.string().min(1).max(64),
      title: z.string().max(256).default(''),
      steps: z
        .array(z.union([stepIdSchema.transform((step) => ({ step, message: '' })), z.object({ step: stepIdSchema, message })]))
        .max(10_000)
        .default([]),
    }),
    responses: {
      201: { description: 'Registered', schema: operationSchema },
      200: { description: 'The very same was registered before', schema: operationSchema },
    },
    async handle({ caller, body: { id = `${caller.userId}-${crypto.randomUUID()}`, user_id = caller.userId, kind, title, steps }, language, requestId }) {
      if (user_id !== caller.userId && caller.role !== 'admin') throw new ProblemError('forbidden', 'user_id is not yours');
      const key = { userId: user_id, id };
      const request = JSON.stringify([title, steps]);
      const spec = { kind, title, carrier: 'reporter', language, request, requestId, endsWithSteps: steps.length > 0, steps } as const;
      const { fresh } = await operations.begin(key, spec);
      return json(operationResource(await findOperation(operations, caller, id, user_id), language), fresh ? 201 : 200);
    },
  });
}

export function reportStep(operations: Operations) {
  return endpoint({
    summary: 'Report a change of a step',
    params: z.object({ id: operationIdSchema, step: stepIdSchema }),
    query: ofUser,
    body: z.object({
      status: z.enum(stepStatuses),
      message,
      progress: z.number().min(0).max(100).nullish(),
      bytes: z.number().int().nonnegative().optional(),
      total_bytes: z.number().int().nonnegative().optional(),
      rate: z.number().nonnegative().optional(),
      eta_ms: z.number().nonnegative().optional(),
    }),
    responses: { 200: { description: 'The operation as it is now', schema: operationSchema } },
    async handle({ caller, params, query, body, language }) {
      const operation = await reportedOperation(operations, caller, params.id, query.user_id);
      asProblem(() => operations.engine.report(operation, params.step, body));
      await operations.engine.commit();
      return json(operationResource(operations.asTold(operation), language));
    },
  });
}

export function endOperation(operations: Operations) {
  return endpoint({
    summary: 'End a reported operation',
    params: z.object({ id: operationIdSchema }),
    query: ofUser,
    body: z.object({ state: z.enum(['completed', 'error', 'stopped']), message }),
    responses: { 200: { description: 'The operation as it is now', schema: operationSchema } },
    async handle({ caller, params, query, body, language }) {
      const operation = await reportedOperation(operations, caller, params.id, query.user_id);
      if (body.state === 'completed') asProblem(() => operations.engine.end(operation, 'completed'));
      else asProblem(() => operations.engine.close(operation, { message: body.message }, body.state === 'error' ? 'error' : 'stopped'));
      await operations.engine.commit();
      return json(operationResource(operation, language));
    },
  });
}

/** An open operation whose work is not the hub's own: nobody reports on a delivery but its agents. */
async function reportedOperation(operations: Operations, caller: Caller, id: string, user: number | undefined): Promise<Operation> {
  const operation = await findOperation(operations, caller, id, user);
  if (operation.carrier === 'hub' || operation.carrier === 'agent') throw new ProblemError('forbidden', 'the hub itself reports on this operation');
  if (isEnded(operation.state)) throw new ProblemError('operation_ended', `operation ${id} has ended`);
  return operation;
}
