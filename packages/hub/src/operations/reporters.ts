// How far each reporter came: a batch of reports that is sent again, because its answer was lost, changes nothing twice.
import type { Alongside } from '@relevo/progress/engine';
import type { HubDatabase } from '../database/database.ts';
import { LockByKey } from '../files/lock-by-key.ts';
import type { HubTransaction } from './operation-journal.ts';

export interface ReporterKey {
  userId: number;
  id: string;
}

export class Reporters {
  readonly #db: HubDatabase;
  readonly #historyMs: number;
  readonly #lock = new LockByKey();

  /** `historyMs`: a reporter that was silent for longer is forgotten. */
  constructor(db: HubDatabase, historyMs: number) {
    this.#db = db;
    this.#historyMs = historyMs;
  }

  /** Runs `take` with the last report taken from this reporter, one batch of it after the other. */
  inTurn<T>({ userId, id }: ReporterKey, take: (lastSeq: number) => Promise<T>): Promise<T> {
    return this.#lock.run(`${userId}/${id}`, async () => take(await this.#lastSeq({ userId, id })));
  }

  /** Remembers the last report taken; to be committed with what the reports changed. */
  remember({ userId, id }: ReporterKey, seq: number): Alongside<HubTransaction> {
    const now = new Date();
    const row = { user_id: userId, id, seq, updated_at: now.toISOString() };
    return async (transaction) => {
      await transaction
        .insertInto('reporter')
        .values(row)
        .onConflict((conflict) => conflict.columns(['user_id', 'id']).doUpdateSet({ seq, updated_at: row.updated_at }))
        .execute();
      const oldest = new Date(now.getTime() - this.#historyMs).toISOString();
      await transaction.deleteFrom('reporter').where('user_id', '=', userId).where('updated_at', '<', oldest).execute();
    };
  }

  async #lastSeq({ userId, id }: ReporterKey): Promise<number> {
    const row = await this.#db.selectFrom('reporter').select('seq').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
    return row?.seq ?? 0;
  }
}
