// Which delivery is another one's retry: found from either of them.
import type { OperationKey } from '@relevo/progress/engine';
import type { HubDatabase } from '../database/database.ts';
import type { HubTransaction } from '../operations/operation-journal.ts';

/** Retries of one delivery that are named. */
const namedMax = 20;

export class DeliveryRetries {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /** Notes it inside the transaction that begins the new delivery. */
  async add(transaction: HubTransaction, { userId, id }: OperationKey, retryOf: string): Promise<void> {
    await transaction.insertInto('delivery_retry').values({ user_id: userId, operation_id: id, retry_of: retryOf }).execute();
  }

  /** What an operation is a retry of, and what was begun to retry it, newest first. */
  async of({ userId, id }: OperationKey): Promise<{ retry_of: string | null; retried_by: string[] }> {
    const ours = this.#db.selectFrom('delivery_retry').where('delivery_retry.user_id', '=', userId);
    const first = await ours.select('retry_of').where('operation_id', '=', id).executeTakeFirst();
    const later = await ours
      .innerJoin('operation', (join) => join.onRef('operation.user_id', '=', 'delivery_retry.user_id').onRef('operation.id', '=', 'operation_id'))
      .select('operation_id')
      .where('retry_of', '=', id)
      .orderBy('created_at', 'desc')
      .limit(namedMax)
      .execute();
    return { retry_of: first?.retry_of ?? null, retried_by: later.map(({ operation_id }) => operation_id) };
  }
}
