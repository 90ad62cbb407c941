// Knows whether the last process ended as it should: with everything that it had shown on disk.
import type { HubDatabase } from '../database/database.ts';

const name = 'OPERATIONS_CLOSED';

export class CleanClose {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /** Whether it did; from now on it has not, until this process does. */
  async take(): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('hub_secret').where('name', '=', name).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** To be called when nothing is shown any more. */
  async leave(): Promise<void> {
    await this.#db
      .insertInto('hub_secret')
      .values({ name, value: new Date().toISOString() })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  }
}
