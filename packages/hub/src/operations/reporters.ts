// How far each reporter came: a batch of reports that is sent again, because its answer was lost, changes nothing twice.
import type { Database } from 'bun:sqlite';
import type { Alongside } from '@relevo/progress/engine';
import type { HubDatabase } from '../database/database.ts';
import { LockByKey } from '../files/lock-by-key.ts';
import type { HubTransaction } from './operation-journal.ts';

export interface ReporterKey {
  userId: number;
  id: string;
}

/** Reporters whose place is held in memory; beyond, the one that was heard of first is looked up again. */
const heldMax = 10_000;

export class Reporters {
  readonly #db: HubDatabase;
  readonly #write: ReturnType<Database['query']>;
  readonly #lock = new LockByKey();
  readonly #lastSeqs = new Map<string, number>();

  /** `connection`: the one under `db`. */
  constructor(db: HubDatabase, connection: Database) {
    this.#db = db;
    this.#write = connection.query(`
      INSERT INTO reporter (user_id, id, seq, updated_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (user_id, id) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at`);
  }

  /** Runs `take` with the last report taken from this reporter, one batch of it after the other; the answer says how far it came. */
  inTurn<T extends { seq: number }>(key: ReporterKey, take: (lastSeq: number) => Promise<T>): Promise<T> {
    const held = `${key.userId}/${key.id}`;
    return this.#lock.run(held, async () => {
      const lastSeq = this.#lastSeqs.get(held) ?? (await this.#lastSeq(key));
      // What `take` leaves half done, the database knows.
      this.#lastSeqs.delete(held);
      const answer = await take(lastSeq);
      this.#lastSeqs.set(held, answer.seq);
      const [first] = this.#lastSeqs.keys();
      if (this.#lastSeqs.size > heldMax && first !== undefined) this.#lastSeqs.delete(first);
      return answer;
    });
  }

  /** Remembers the last report taken; to be committed with what the reports changed. */
  remember({ userId, id }: ReporterKey, seq: number): Alongside<HubTransaction> {
    return async () => {
      this.#write.run(userId, id, seq, new Date().toISOString());
    };
  }

  /** Forgets reporters that were silent since `time` (ISO 8601). */
  async purge(time: string): Promise<void> {
    await this.#db.deleteFrom('reporter').where('updated_at', '<', time).execute();
  }

  async #lastSeq({ userId, id }: ReporterKey): Promise<number> {
    const row = await this.#db.selectFrom('reporter').select('seq').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst();
    return row?.seq ?? 0;
  }
}
