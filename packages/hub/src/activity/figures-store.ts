// Keeps figures by the minute for a while and by the hour for longer.
import { sql } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { Figures, FiguresAt } from './figures.ts';

export const bucketSizes = { minute: 60_000, hour: 3_600_000 } as const;
export type BucketSize = keyof typeof bucketSizes;

/** Figures of one minute, and whose. */
export interface KeptFigures {
  userId: number;
  figures: Figures;
}

export class FiguresStore {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /** Adds what happened in the minute that holds `at` (milliseconds since 1970), to that minute and to its hour. */
  async add(at: number, kept: readonly KeptFigures[]): Promise<void> {
    if (kept.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      for (const bucket of ['minute', 'hour'] as const) {
        const begins = beginOf(at, bucket);
        for (const { userId, figures } of kept) {
          await transaction
            .insertInto('activity')
            .values({ bucket, user_id: userId, at: begins, ...figures })
            .onConflict((conflict) =>
              conflict.columns(['bucket', 'user_id', 'at']).doUpdateSet({
                // min() and max() of SQLite give null when either is: a row without agents is one that nobody looked at.
                agents_online_min: sql<number>`min(coalesce(agents_online_min, excluded.agents_online_min), coalesce(excluded.agents_online_min, agents_online_min))`,
                agents_online_max: sql<number>`max(coalesce(agents_online_max, excluded.agents_online_max), coalesce(excluded.agents_online_max, agents_online_max))`,
                bytes_in: sql<number>`bytes_in + excluded.bytes_in`,
                bytes_out: sql<number>`bytes_out + excluded.bytes_out`,
                completed: sql<number>`completed + excluded.completed`,
                failed: sql<number>`failed + excluded.failed`,
                stopped: sql<number>`stopped + excluded.stopped`,
              }),
            )
            .execute();
        }
      }
    });
  }

  /** From the bucket that holds `from` (milliseconds since 1970) on, oldest first. */
  async since(userId: number, bucket: BucketSize, from: number): Promise<FiguresAt[]> {
    return this.#db
      .selectFrom('activity')
      .select(['at', 'agents_online_min', 'agents_online_max', 'bytes_in', 'bytes_out', 'completed', 'failed', 'stopped'])
      .where('bucket', '=', bucket)
      .where('user_id', '=', userId)
      .where('at', '>=', beginOf(from, bucket))
      .orderBy('at')
      .execute();
  }

  /** Forgets buckets of a size that began before `time` (milliseconds since 1970). */
  async purge(bucket: BucketSize, time: number): Promise<void> {
    await this.#db.deleteFrom('activity').where('bucket', '=', bucket).where('at', '<', new Date(time).toISOString()).execute();
  }
}

function beginOf(at: number, bucket: BucketSize): string {
  const size = bucketSizes[bucket];
  return new Date(Math.floor(at / size) * size).toISOString();
}
