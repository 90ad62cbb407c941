// Reads operations from the hub's database: open ones at start, ended ones for late watchers, lists for people.

import { type Carrier, type Operation, type OperationKey, type Step, snapshotOf } from '@relevo/progress/engine';
import type { OperationEvent, OperationState, ProgressEvent, StepEvent } from '@relevo/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { OperationStepTable, OperationTable } from '../database/schema.ts';

export interface OperationQuery {
  /** Whose; undefined for everybody's. */
  userId: number | undefined;
  state?: OperationState | undefined;
  kind?: string | undefined;
  /** Part of the title or of the id; letters of ASCII match in either case. */
  query?: string | undefined;
  /** Where the last page ended: `[created_at, id]`. */
  before?: readonly [string, string] | undefined;
  limit: number;
}

export class OperationStore {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /** Everything that had not ended when the hub last wrote. */
  async open(): Promise<Operation[]> {
    const rows = await this.#db.selectFrom('operation').selectAll().where('ended_at', 'is', null).execute();
    const operations: Operation[] = [];
    for (const row of rows) operations.push(asOperation(row, await this.#steps({ userId: row.user_id, id: row.id })));
    return operations;
  }

  async find(key: OperationKey): Promise<Operation | undefined> {
    const row = await this.#db.selectFrom('operation').selectAll().where('user_id', '=', key.userId).where('id', '=', key.id).executeTakeFirst();
    return row && asOperation(row, await this.#steps(key));
  }

  /** Operations of any owner with this id, for an administrator who does not know whose it is. */
  async findAny(id: string): Promise<Operation | undefined> {
    const row = await this.#db.selectFrom('operation').select('user_id').where('id', '=', id).orderBy('created_at', 'desc').executeTakeFirst();
    return row && this.find({ userId: row.user_id, id });
  }

  /** Newest first. */
  async list({ userId, state, kind, query: text, before, limit }: OperationQuery): Promise<OperationTable[]> {
    let query = this.#db.selectFrom('operation').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    if (state) query = query.where('state', '=', state);
    if (kind) query = query.where('kind', '=', kind);
    if (text) {
      const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
      query = query.where(sql<boolean>`(title LIKE ${pattern} ESCAPE '\\' OR id LIKE ${pattern} ESCAPE '\\')`);
    }
    if (before) {
      const [at, id] = before;
      query = query.where((where) => where.or([where('created_at', '<', at), where.and([where('created_at', '=', at), where('id', '<', id)])]));
    }
    return query.execute();
  }

  /** What a watcher that has everything up to `after` still has to see of an operation that has ended. */
  async catchUp(operation: Operation, after: number | undefined): Promise<ProgressEvent[]> {
    if (after === operation.seq) return [];
    const since = after ?? 0;
    const rows = await this.#db
      .selectFrom('operation_event')
      .select(['seq', 'body'])
      .where('user_id', '=', operation.userId)
      .where('operation_id', '=', operation.id)
      .where('seq', '>', since)
      .orderBy('seq')
      .execute();
    // The journal holds transitions only: they replay exactly when no tick lies between them.
    const gapless = since < operation.seq && rows.length === operation.seq - since;
    if (gapless) return rows.map(({ body }) => JSON.parse(body) as ProgressEvent);
    return snapshotOf([operation.event, ...[...operation.steps.values()].map((step) => step.event)]);
  }

  /** The transitions of an operation, oldest first. */
  async transitions(key: OperationKey): Promise<ProgressEvent[]> {
    const rows = await this.#db
      .selectFrom('operation_event')
      .select('body')
      .where('user_id', '=', key.userId)
      .where('operation_id', '=', key.id)
      .orderBy('seq')
      .execute();
    return rows.map(({ body }) => JSON.parse(body) as ProgressEvent);
  }

  /** Forgets operations that ended before `time` (ISO 8601). */
  async purge(time: string): Promise<void> {
    const old = this.#db.selectFrom('operation').select(['user_id', 'id']).where('ended_at', '<', time).limit(500);
    for (;;) {
      const rows = await old.execute();
      for (const { user_id, id } of rows) {
        await this.#db.deleteFrom('operation_event').where('user_id', '=', user_id).where('operation_id', '=', id).execute();
        await this.#db.deleteFrom('operation_step').where('user_id', '=', user_id).where('operation_id', '=', id).execute();
        await this.#db.deleteFrom('operation').where('user_id', '=', user_id).where('id', '=', id).execute();
      }
      if (rows.length < 500) return;
    }
  }

  async #steps({ userId, id }: OperationKey): Promise<OperationStepTable[]> {
    return this.#db.selectFrom('operation_step').selectAll().where('user_id', '=', userId).where('operation_id', '=', id).orderBy('position').execute();
  }
}

function asOperation(row: OperationTable, stepRows: readonly OperationStepTable[]): Operation {
  const steps = new Map(stepRows.map((step) => [step.step, asStep(step)]));
  return {
    userId: row.user_id,
    id: row.id,
    kind: row.kind,
    title: row.title,
    carrier: row.carrier as Carrier,
    language: row.language,
    request: row.request,
    requestId: row.request_id ?? undefined,
    endsWithSteps: row.ends_with_steps === 1,
    state: row.state as OperationState,
    // Ticks are written to their step only.
    seq: Math.max(row.seq, ...[...steps.values()].map((step) => step.event?.seq ?? 0)),
    stopping: row.stopping === 1,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    event: row.event === null ? undefined : (JSON.parse(row.event) as OperationEvent),
    steps,
  };
}

function asStep(row: OperationStepTable): Step {
  const event = row.event === null ? undefined : (JSON.parse(row.event) as StepEvent);
  return {
    step: row.step,
    position: row.position,
    event,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    floor: event?.status === 'in_progress' ? (event.progress ?? 0) : 0,
  };
}
