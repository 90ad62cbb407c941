// GET /api/operations/{id}/history: what was said while it ran, how fast its bytes moved, and what it is a retry of.
import { operationEventSchema, operationIdSchema, type ProgressEvent, stepEventSchema, stepIdSchema } from '@relevo/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import type { HubDatabase } from '../database/database.ts';
import type { DeliveryRetries } from '../deliveries/delivery-retries.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { findOperation } from '../operations/operation-resource.ts';
import type { Operations } from '../operations/operations.ts';
import { readIn } from '../operations/read-in-language.ts';
import type { OperationTraces } from './operation-traces.ts';
import { ratesSchema } from './rate-meter.ts';

const limitMax = 1000;

export interface OperationHistoryDependencies {
  db: HubDatabase;
  operations: Operations;
  traces: OperationTraces;
  retries: DeliveryRetries;
}

const schema = z.object({
  events: z.array(z.union([stepEventSchema, operationEventSchema])),
  /** The `after` of the next page; null on the last. */
  next_after: z.number().int().nullable(),
  rates: ratesSchema.nullable(),
  retry_of: operationIdSchema.nullable(),
  retried_by: z.array(operationIdSchema),
});

export function operationHistory({ db, operations, traces, retries }: OperationHistoryDependencies) {
  return endpoint({
    summary: 'What an operation, or one of its steps, said; oldest first. Its rates, and its retries',
    params: z.object({ id: operationIdSchema }),
    query: z.object({
      user_id: z.coerce.number().int().nonnegative().optional(),
      step: stepIdSchema.optional(),
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(limitMax).default(200),
    }),
    responses: { 200: { description: 'A page of events, and the rest whole', schema } },
    async handle({ caller, params, query: { user_id, step, after, limit }, language }) {
      const { userId, id } = await findOperation(operations, caller, params.id, user_id);
      const { rates, said } = await traces.of({ userId, id });
      let journal = db
        .selectFrom('operation_event')
        .select('body')
        .where('user_id', '=', userId)
        .where('operation_id', '=', id)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit);
      if (step !== undefined) journal = journal.where(sql<string>`json_extract(body, '$.step')`, '=', step);
      const transitions = (await journal.execute()).map(({ body }) => JSON.parse(body) as ProgressEvent);
      const journaled = new Set(transitions.map(({ seq }) => seq));
      const ticks = said.filter((event) => event.seq > after && !journaled.has(event.seq) && (step === undefined || event.step === step));
      const events = [...transitions, ...ticks]
        .toSorted((a, b) => a.seq - b.seq)
        .slice(0, limit)
        .map((event) => readIn(language, userId, event));
      const next = events.length === limit ? events.at(-1)?.seq : undefined;
      return json({ events, next_after: next ?? null, rates, ...(await retries.of({ userId, id })) });
    },
  });
}
