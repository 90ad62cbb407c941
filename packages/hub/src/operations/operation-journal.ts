// The engine's journal in the hub's database: one transaction a batch, however many operations changed.
import type { Database } from 'bun:sqlite';
import type { Journal, JournalBatch, Operation, OperationKey, Step } from '@relevo/progress/engine';
import type { Transaction } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { HubSchema } from '../database/schema.ts';

export type HubTransaction = Transaction<HubSchema>;

/** `connection` is the one under `db`: rows are written by prepared statements inside `db`'s transaction, several times faster than built queries. */
export function operationJournal(db: HubDatabase, connection: Database): Journal<HubTransaction> {
  const writeOperation = connection.query(`
    INSERT INTO operation (user_id, id, kind, title, state, seq, carrier, language, ends_with_steps, stopping, event, request, request_id, created_at, started_at, ended_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (user_id, id) DO UPDATE SET kind = excluded.kind, title = excluded.title, state = excluded.state, seq = excluded.seq,
      carrier = excluded.carrier, language = excluded.language, ends_with_steps = excluded.ends_with_steps, stopping = excluded.stopping,
      event = excluded.event, request = excluded.request, request_id = excluded.request_id, started_at = excluded.started_at, ended_at = excluded.ended_at, updated_at = excluded.updated_at`);
  const writeStep = connection.query(`
    INSERT INTO operation_step (user_id, operation_id, step, position, event, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (user_id, operation_id, step) DO UPDATE SET event = excluded.event, started_at = excluded.started_at, ended_at = excluded.ended_at`);
  const writeTransition = connection.query('INSERT INTO operation_event (user_id, operation_id, seq, body) VALUES (?, ?, ?, ?)');
  const write = (on: HubDatabase, batch: JournalBatch<HubTransaction>) =>
    on.transaction().execute(async (transaction) => {
      for (const operation of batch.operations) writeOperation.run(...operationRow(operation));
      for (const { key, step } of batch.steps) writeStep.run(...stepRow(key, step));
      for (const { key, event } of batch.transitions) writeTransition.run(key.userId, key.id, event.seq, JSON.stringify(event));
      for (const write of batch.alongside) await write(transaction);
    });
  return {
    append(batch: JournalBatch<HubTransaction>) {
      if (batch.lasting) return write(db, batch);
      // "WAL mode is always consistent with synchronous=NORMAL, but WAL mode does lose durability" (SQLite, PRAGMA synchronous): of what
      // may be lost, the commit need not wait for the disk. Nobody else gets the connection before it is as it was.
      return db.connection().execute(async (held) => {
        connection.run('PRAGMA synchronous = NORMAL');
        try {
          await write(held, batch);
        } finally {
          connection.run('PRAGMA synchronous = FULL');
        }
      });
    },
  };
}

type Cell = string | number | null;

function operationRow(operation: Operation): Cell[] {
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
    operation.requestId ?? null,
    operation.createdAt,
    operation.startedAt ?? null,
    operation.endedAt ?? null,
    operation.event?.timestamp ?? operation.createdAt,
  ];
}

function stepRow(key: OperationKey, step: Step): Cell[] {
  return [key.userId, key.id, step.step, step.position, step.event ? JSON.stringify(step.event) : null, step.startedAt ?? null, step.endedAt ?? null];
}
