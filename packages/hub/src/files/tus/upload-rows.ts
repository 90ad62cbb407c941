// The rows of resumable uploads: who sends what, how large it will be, and what became of it.
import type { Transaction } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { HubSchema, UploadTable } from '../../database/schema.ts';

export type UploadRow = UploadTable;

export class UploadRows {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  async add(row: UploadRow): Promise<void> {
    await this.#db.insertInto('upload').values(row).execute();
  }

  find(id: string): Promise<UploadRow | undefined> {
    return this.#db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('upload').where('id', '=', id).execute();
  }

  async setCheckedSize(id: string, size: number | null): Promise<void> {
    await this.#db.updateTable('upload').set({ checked_size: size }).where('id', '=', id).execute();
  }

  async setSha256(id: string, sha256: string | null): Promise<void> {
    await this.#db.updateTable('upload').set({ sha256 }).where('id', '=', id).execute();
  }

  /** In the transaction that stores the file: so the upload is finished exactly when the file exists. */
  async finish(trx: Transaction<HubSchema>, id: string, fileId: string): Promise<void> {
    await trx.updateTable('upload').set({ file_id: fileId }).where('id', '=', id).execute();
  }

  async countUnfinished(ownerId: number): Promise<number> {
    const row = await this.#db
      .selectFrom('upload')
      .select((expression) => expression.fn.countAll<number>().as('count'))
      .where('owner_id', '=', ownerId)
      .where('file_id', 'is', null)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  unfinished(): Promise<UploadRow[]> {
    return this.#db.selectFrom('upload').selectAll().where('file_id', 'is', null).execute();
  }

  /** Ids of uploads created before `time`, finished or not. */
  async createdBefore(time: Date): Promise<string[]> {
    const rows = await this.#db.selectFrom('upload').select('id').where('created_at', '<', time.toISOString()).execute();
    return rows.map((row) => row.id);
  }
}
