// The engine's journal in the hub's database: one transaction a batch, however many operations changed.
import type { Journal, JournalBatch, Operation, OperationKey, Published, Step } from '@relevo/progress/engine';
import { isEnded, isStepEvent } from '@relevo/protocol';
import type { OpenedDatabase } from '@relevo/runtime';
import type { Transaction } from 'kysely';
import type { HubSchema } from '../database/schema.ts';
import { NewestTicks } from './newest-ticks.ts';

export type HubTransaction = Transaction<HubSchema>;

export interface OperationJournalOptions {
  /** Rows are written by prepared statements of its connection inside its transaction, several times faster than built queries. */
  database: OpenedDatabase<HubSchema>;
  /** Percentages that nothing newer came after for this long are merged into the records of their steps, milliseconds. */
  tickMergeIntervalMs: number;
}

/** Steps that are merged with one commit, and rows of merged percentages that are deleted with one. */
const mergeMax = 200;
const forgetMax = 4;

/**
 * Transitions are written to their operation, their step and the list of events. Percentages, of which there are thousands a second, are written
 * a batch in one row, and those of steps that stand still merged into the records of their steps, a few with every commit, so that none waits for
 * all of them. `mergeTicks` does so at start with what a crash left.
 */
export function operationJournal({ database, tickMergeIntervalMs }: OperationJournalOptions): Journal<HubTransaction> {
  const { connection } = database;
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
  const writeTicks = connection.query('INSERT INTO operation_tick (id, body) VALUES (?, ?)');
  const forgetTicks = connection.query('DELETE FROM operation_tick WHERE id <= ?');
  const writeEventOfStep = connection.query('UPDATE operation_step SET event = ? WHERE user_id = ? AND operation_id = ? AND step = ?');
  /** Of steps whose record is older. */
  const newest = new NewestTicks();
  let agedAt = performance.now();
  // Rows of percentages, by number: the last one, the last of the span that is being merged, the last of which everything is merged, the last deleted.
  const rows = { last: 0, aging: 0, merged: 0, deleted: 0 };

  const write = (batch: JournalBatch<HubTransaction>, due: readonly Published[], deleted: number) =>
    database.transactUnflushed(async (transaction) => {
      for (const operation of batch.operations) writeOperation.run(...operationRow(operation));
      for (const { key, step } of batch.steps) writeStep.run(...stepRow(key, step));
      for (const { userId, operationId, event, text } of batch.transitions) writeTransition.run(userId, operationId, event.seq, text);
      // An operation that ended is read from its records alone.
      const ended = batch.operations.filter(({ state }) => isEnded(state)).flatMap((operation) => newest.of(operation));
      for (const { userId, operationId, event, text } of [...ended, ...due]) {
        if (isStepEvent(event)) writeEventOfStep.run(text, userId, operationId, event.step);
      }
      if (batch.ticks.length > 0) writeTicks.run(rows.last + 1, `[${batch.ticks.map(({ userId, text }) => `[${userId},${text}]`).join(',')}]`);
      if (deleted > rows.deleted) forgetTicks.run(deleted);
      for (const write of batch.alongside) await write(transaction);
    });

  return {
    async append(batch: JournalBatch<HubTransaction>) {
      newest.add(batch.ticks);
      newest.drop(batch.steps);
      const due = newest.due(mergeMax);
      const deleted = Math.min(rows.merged, rows.deleted + forgetMax);
      await write(batch, due, deleted);
      rows.deleted = deleted;
      if (batch.lasting) await database.flushed();
      for (const operation of batch.operations) if (isEnded(operation.state)) newest.forget(operation);
      newest.merged(due);
      if (batch.ticks.length > 0) rows.last += 1;
      if (newest.isMerging) return;
      rows.merged = rows.aging;
      if (performance.now() - agedAt < tickMergeIntervalMs) return;
      newest.age();
      rows.aging = rows.last;
      agedAt = performance.now();
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
