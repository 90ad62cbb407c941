// The steps that were asked for, as rows: what the hub goes by, whatever is shown and however often it was restarted.
import type { OperationKey } from '@relevo/progress/engine';
import { preparedQuery } from '@relevo/runtime';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepState, IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';

/** A text of step-texts.ts, or of a newer agent. */
export interface SaidText {
  code: string;
  values?: Record<string, string | number> | undefined;
}

/** Works that change nothing may go on beside others of the same connection. */
const onlyLooking = ['inspect'] as const;
/** Literals, in the words of the indexes that hold open steps alone: they serve only a query that says itself that it asks for no others. */
const queued = sql.lit<IspStepState>('queued');
const running = sql.lit<IspStepState>('running');
const isOpen = sql<boolean>`(state = 'queued' OR state = 'waiting' OR state = 'running')`;

export class StepRows {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  async find({ userId, id }: OperationKey, step: string): Promise<IspStepTable | undefined> {
    const [row] = await selectStep(this.#db, { userId, id, step });
    return row;
  }

  /** In order. */
  async ofOperation({ userId, id }: OperationKey): Promise<IspStepTable[]> {
    return this.#db.selectFrom('isp_step').selectAll().where('user_id', '=', userId).where('operation_id', '=', id).orderBy('position').execute();
  }

  async open(): Promise<IspStepTable[]> {
    return this.#db.selectFrom('isp_step').selectAll().where(isOpen).orderBy('user_id').orderBy('operation_id').orderBy('position').execute();
  }

  /** True when a step of the operation has not ended. */
  async hasOpen({ userId, id }: OperationKey): Promise<boolean> {
    const found = await this.#db
      .selectFrom('isp_step')
      .select('step')
      .where('user_id', '=', userId)
      .where('operation_id', '=', id)
      .where(isOpen)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** True when another operation than `key` works on the connection, or is about to. */
  isBusy(connection: number, key: OperationKey): Promise<boolean> {
    return isWorkedOn(this.#db, connection, key);
  }

  /** The routers that steps of the operation wait for their turn at; null is no router. */
  async queuedRouters({ userId, id }: OperationKey): Promise<(number | null)[]> {
    const rows = await this.#db
      .selectFrom('isp_step')
      .select('id_router')
      .distinct()
      .where('user_id', '=', userId)
      .where('operation_id', '=', id)
      .where('state', '=', queued)
      .execute();
    return rows.map(({ id_router }) => id_router);
  }

  /** In order, those behind the position `after`. */
  async queued({ userId, id }: OperationKey, router: number | null, limit: number, after = -1): Promise<IspStepTable[]> {
    return selectQueued(this.#db, { userId, id, router, after, limit });
  }

  /** Forgets steps that ended before `time` and whose operation is forgotten. */
  async purge(time: string): Promise<void> {
    await this.#db
      .deleteFrom('isp_step')
      .where('updated_at', '<', time)
      .where('state', 'in', ['completed', 'error'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('operation').select('id').whereRef('operation.user_id', '=', 'isp_step.user_id').whereRef('operation.id', '=', 'isp_step.operation_id'),
          ),
        ),
      )
      .execute();
  }
}

const selectStep = preparedQuery((db: HubDatabase, { userId, id, step }: OperationKey & { step: string }) =>
  db.selectFrom('isp_step').selectAll().where('user_id', '=', userId).where('operation_id', '=', id).where('step', '=', step).compile(),
);

const selectQueued = preparedQuery(
  (db: HubDatabase, { userId, id, router, after, limit }: OperationKey & { router: number | null; after: number; limit: number }) =>
    db
      .selectFrom('isp_step')
      .selectAll()
      .where('user_id', '=', userId)
      .where('operation_id', '=', id)
      .where('state', '=', queued)
      .where('id_router', 'is', router)
      .where('position', '>', after)
      .orderBy('position')
      .limit(limit)
      .compile(),
);

/** Counts the steps of these works that run at a router, of whichever operation. */
export function countRunning(works: readonly string[]): (db: HubDatabase, router: number | null) => Promise<number> {
  const select = preparedQuery((db: HubDatabase, { router }: { router: number | null }) =>
    db
      .selectFrom('isp_step')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('state', '=', running)
      .where('work', 'in', works)
      .where('id_router', 'is', router)
      .compile(),
  );
  return async (db, router) => (await select(db, { router }))[0]?.count ?? 0;
}

/** True when an operation, other than `except`, works on the connection, or is about to. */
export async function isWorkedOn(db: HubDatabase, connection: number, except?: OperationKey): Promise<boolean> {
  return (await selectWork(db, { connection, ...except })).length > 0;
}

const selectWork = preparedQuery((db: HubDatabase, { connection, userId, id }: { connection: number } & Partial<OperationKey>) => {
  let select = db
    .selectFrom('isp_step')
    .select('step')
    .where('id_conexion', '=', connection)
    .where('state', 'in', ['waiting', 'running'])
    .where('work', 'not in', onlyLooking)
    .limit(1);
  if (userId !== undefined && id !== undefined) select = select.where((where) => where.or([where('user_id', '<>', userId), where('operation_id', '<>', id)]));
  return select.compile();
});

/** True when `step` of the operation that `row` is part of is completed. */
export async function isCompleted(db: HubDatabase, row: IspStepTable, step: string): Promise<boolean> {
  const [other] = await selectStep(db, { ...keyOf(row), step });
  return other?.state === 'completed';
}

/** How a step ended, inside a transaction. */
export async function settleStep(transaction: HubTransaction, row: IspStepTable, state: 'completed' | 'error', text: SaidText): Promise<void> {
  const text_values = text.values ? JSON.stringify(text.values) : null;
  await updateStep(transaction, { ...placeOf(row), state, code: text.code, text_values, updated_at: new Date().toISOString() });
  // What follows a step that failed is asked for again together with it.
  if (state === 'error') {
    await transaction
      .deleteFrom('isp_step')
      .where('user_id', '=', row.user_id)
      .where('operation_id', '=', row.operation_id)
      .where('state', '=', 'waiting')
      .execute();
  }
}

/** What an agent told, kept with the step. */
export async function keepResult(transaction: HubTransaction, row: IspStepTable, result: unknown): Promise<void> {
  await updateStep(transaction, { ...placeOf(row), result: JSON.stringify(result) });
}

type StepPlace = Pick<IspStepTable, 'user_id' | 'operation_id' | 'step'>;

function placeOf({ user_id, operation_id, step }: StepPlace): StepPlace {
  return { user_id, operation_id, step };
}

const updateStep = preparedQuery((db: HubDatabase, { user_id, operation_id, step, ...set }: Partial<IspStepTable> & StepPlace) =>
  db.updateTable('isp_step').set(set).where('user_id', '=', user_id).where('operation_id', '=', operation_id).where('step', '=', step).compile(),
);

export function keyOf({ user_id, operation_id }: Pick<IspStepTable, 'user_id' | 'operation_id'>): OperationKey {
  return { userId: user_id, id: operation_id };
}

/** What the row says of its end. */
export function textOf({ code, text_values }: IspStepTable): SaidText {
  return { code: code ?? 'step.failed', ...(text_values !== null && { values: JSON.parse(text_values) as Record<string, string | number> }) };
}
