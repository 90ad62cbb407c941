// The engine's journal in the hub's database: one transaction a batch, one statement a table, however many operations changed.
import type { ProgressEvent } from '@relevo/protocol';
import type { Journal, JournalBatch, Operation, OperationKey, Step } from '@relevo/progress/engine';
import { sql, type Transaction } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { HubSchema } from '../database/schema.ts';

export type HubTransaction = Transaction<HubSchema>;

export function operationJournal(db: HubDatabase): Journal<HubTransaction> {
  return {
    append(batch: JournalBatch<HubTransaction>): Promise<void> {
      const operations = JSON.stringify(batch.operations.map(operationRow));
      const steps = JSON.stringify(batch.steps.map(({ key, step }) => stepRow(key, step)));
      const transitions = JSON.stringify(batch.transitions.map(({ key, event }) => eventRow(key, event)));
      return db.transaction().execute(async (transaction) => {
        if (batch.operations.length > 0) await writeOperations(transaction, operations);
        if (batch.steps.length > 0) await writeSteps(transaction, steps);
        if (batch.transitions.length > 0) await writeTransitions(transaction, transitions);
        for (const write of batch.alongside) await write(transaction);
      });
    },
  };
}

// Rows travel as one JSON array per table: json_each keeps the statement the same, prepared once, whatever the batch.

async function writeOperations(transaction: HubTransaction, rows: string): Promise<void> {
  await sql`
    INSERT INTO operation (user_id, id, kind, title, state, seq, carrier, language, ends_with_steps, stopping, event, request, created_at, started_at, ended_at, updated_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
           value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15
    FROM json_each(${rows}) WHERE true
    ON CONFLICT (user_id, id) DO UPDATE SET kind = excluded.kind, title = excluded.title, state = excluded.state, seq = excluded.seq,
      carrier = excluded.carrier, language = excluded.language, ends_with_steps = excluded.ends_with_steps, stopping = excluded.stopping,
      event = excluded.event, request = excluded.request, started_at = excluded.started_at, ended_at = excluded.ended_at, updated_at = excluded.updated_at
  `.execute(transaction);
}

async function writeSteps(transaction: HubTransaction, rows: string): Promise<void> {
  await sql`
    INSERT INTO operation_step (user_id, operation_id, step, position, event, started_at, ended_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each(${rows}) WHERE true
    ON CONFLICT (user_id, operation_id, step) DO UPDATE SET event = excluded.event, started_at = excluded.started_at, ended_at = excluded.ended_at
  `.execute(transaction);
}

async function writeTransitions(transaction: HubTransaction, rows: string): Promise<void> {
  await sql`
    INSERT INTO operation_event (user_id, operation_id, seq, body)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(${rows})
  `.execute(transaction);
}

function operationRow(operation: Operation): unknown[] {
  return [
    operation.userId,
    operation.id,
    operation.kind,
    operation.title,
    operation.state,
    operation.seq,
    operation.carrier,
    operation.language,
    Number(operation.endsWithSteps),
    Number(operation.stopping),
    operation.event ? JSON.stringify(operation.event) : null,
    operation.request,
    operation.createdAt,
    operation.startedAt ?? null,
    operation.endedAt ?? null,
    operation.event?.timestamp ?? operation.createdAt,
  ];
}

function stepRow(key: OperationKey, step: Step): unknown[] {
  return [key.userId, key.id, step.step, step.position, step.event ? JSON.stringify(step.event) : null, step.startedAt ?? null, step.endedAt ?? null];
}

function eventRow(key: OperationKey, event: ProgressEvent): unknown[] {
  return [key.userId, key.id, event.seq, JSON.stringify(event)];
}
