// The steps of an operation that have not ended, many at a time: an operation may have thousands of them.
import type { OperationKey } from '@relevo/progress/engine';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import type { SaidText } from './step-rows.ts';

/** Steps that are settled with one commit: others have their turn between two of them. */
export const settledAtOnceMax = 250;

/** Those that an agent has, or may have. */
export async function runningSteps(db: HubDatabase, { userId, id }: OperationKey): Promise<IspStepTable[]> {
  return db
    .selectFrom('isp_step')
    .selectAll()
    .where('user_id', '=', userId)
    .where('operation_id', '=', id)
    .where('state', '=', 'running')
    .orderBy('position')
    .execute();
}

/** The names of those that have not begun, in order, in portions of `settledAtOnceMax`. */
export async function unbegunSteps(db: HubDatabase, { userId, id }: OperationKey): Promise<string[][]> {
  const rows = await db
    .selectFrom('isp_step')
    .select('step')
    .where('user_id', '=', userId)
    .where('operation_id', '=', id)
    .where('state', 'in', ['queued', 'waiting'])
    .orderBy('position')
    .execute();
  return portionsOf(rows.map(({ step }) => step));
}

/** Those of `steps` that have not ended; at most `settledAtOnceMax` are asked for. */
export async function openAmong(db: HubDatabase, { userId, id }: OperationKey, steps: readonly string[]): Promise<IspStepTable[]> {
  return db
    .selectFrom('isp_step')
    .selectAll()
    .where('user_id', '=', userId)
    .where('operation_id', '=', id)
    .where('step', 'in', steps)
    .where('state', 'not in', ['completed', 'error'])
    .execute();
}

/** Ends steps in error that all say the same, inside a transaction. */
export async function settleSteps(transaction: HubTransaction, { userId, id }: OperationKey, steps: readonly string[], { code }: SaidText): Promise<void> {
  await transaction
    .updateTable('isp_step')
    .set({ state: 'error', code, text_values: null, updated_at: new Date().toISOString() })
    .where('user_id', '=', userId)
    .where('operation_id', '=', id)
    .where('step', 'in', steps)
    .execute();
}

export function portionsOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / settledAtOnceMax) }, (_, n) => items.slice(n * settledAtOnceMax, (n + 1) * settledAtOnceMax));
}
