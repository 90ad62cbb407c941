// What a task found on a router before it touched anything: a run after a crash finds less, and what was there first must not be forgotten.
import { type RouterEntry, routerEntrySchema } from '@relevo/protocol';
import { z } from 'zod';
import type { AgentDatabase } from '../database/database.ts';

export interface KeptEntries {
  /** What earlier runs of the task found; none when there was none. */
  of(taskId: string): Promise<RouterEntry[]>;
  /** Resolves when it is on the disk; what belongs to tasks that ended is dropped. */
  keep(taskId: string, entries: readonly RouterEntry[]): Promise<void>;
}

const entriesSchema = z.array(routerEntrySchema);

export function createKeptEntries(db: AgentDatabase): KeptEntries {
  return {
    async of(taskId) {
      const row = await db.selectFrom('router_entries').select('entries').where('task_id', '=', taskId).executeTakeFirst();
      return row ? entriesSchema.parse(JSON.parse(row.entries)) : [];
    },
    async keep(taskId, entries) {
      const values = { task_id: taskId, entries: JSON.stringify(entries) };
      await db.transaction().execute(async (trx) => {
        const waiting = trx.selectFrom('inbox').select('task_id').where('state', '=', 'waiting');
        await trx.deleteFrom('router_entries').where('task_id', 'not in', waiting).execute();
        await trx
          .insertInto('router_entries')
          .values(values)
          .onConflict((conflict) => conflict.column('task_id').doUpdateSet(values))
          .execute();
      });
    },
  };
}

/** `first` and what of `later` it does not hold yet: an entry stays as it was first seen. */
export function mergeEntries(first: readonly RouterEntry[], later: readonly RouterEntry[]): RouterEntry[] {
  const known = new Set(first.map(({ kind, label }) => `${kind} ${label}`));
  return [...first, ...later.filter(({ kind, label }) => !known.has(`${kind} ${label}`))];
}
