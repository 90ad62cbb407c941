// Transfers that began and have not ended: their manifest, and which chunks are verified and on the disk.
import { type Manifest, manifestSchema } from '@relevo/protocol';
import type { AgentDatabase } from '../database/database.ts';
import type { Folder } from './folder.ts';

export interface Partial {
  taskId: string;
  /** Number of the partial file. */
  file: number;
  manifest: Manifest;
  /** One bit per chunk, lowest bit first. */
  verified: Uint8Array;
  /** Bytes of those that were copied on this disk. */
  copied: number;
  /** Inode that was about to be renamed to its name. */
  placingInode: string | undefined;
}

export interface Partials {
  find(taskId: string): Promise<Partial | undefined>;
  begin(taskId: string, manifest: Manifest): Promise<Partial>;
  /** Remembers verified chunks; their bytes have to be on the disk before. */
  save(taskId: string, verified: Uint8Array, copied: number): Promise<void>;
  /** Says that the partial file, whole and synced, is about to be renamed. */
  placing(taskId: string, inode: string, verified: Uint8Array, copied: number): Promise<void>;
  /** Removes the partial file and what is known of it. */
  discard(taskId: string): Promise<void>;
  /** Removes what belongs to no task that waits: leftovers of a crash. */
  clean(waitingTaskIds: ReadonlySet<string>): Promise<void>;
}

export function createPartials(db: AgentDatabase, folder: Folder): Partials {
  async function discard(taskId: string): Promise<void> {
    const row = await db.selectFrom('partial').select('file').where('task_id', '=', taskId).executeTakeFirst();
    if (!row) return;
    // The file first: a row without its file is found again, a file without its row is cleaned at the next start.
    await folder.removePartial(row.file);
    await db.deleteFrom('partial').where('task_id', '=', taskId).execute();
  }

  return {
    async find(taskId) {
      const row = await db.selectFrom('partial').selectAll().where('task_id', '=', taskId).executeTakeFirst();
      if (!row) return undefined;
      const manifest = manifestSchema.parse(JSON.parse(row.manifest));
      return { taskId, file: row.file, manifest, verified: row.verified, copied: row.copied, placingInode: row.placing_inode ?? undefined };
    },
    async begin(taskId, manifest) {
      const values = { task_id: taskId, sha256: manifest.sha256, manifest: JSON.stringify(manifest), verified: new Uint8Array(), placing_inode: null };
      const { file } = await db.insertInto('partial').values(values).returning('file').executeTakeFirstOrThrow();
      return { taskId, file, manifest, verified: values.verified, copied: 0, placingInode: undefined };
    },
    async save(taskId, verified, copied) {
      await db.updateTable('partial').set({ verified, copied }).where('task_id', '=', taskId).execute();
    },
    async placing(taskId, inode, verified, copied) {
      await db.updateTable('partial').set({ placing_inode: inode, verified, copied }).where('task_id', '=', taskId).execute();
    },
    discard,
    async clean(waitingTaskIds) {
      const rows = await db.selectFrom('partial').select(['task_id', 'file']).execute();
      for (const row of rows) if (!waitingTaskIds.has(row.task_id)) await discard(row.task_id);
      await folder.removePartialsExcept(new Set(rows.filter((row) => waitingTaskIds.has(row.task_id)).map((row) => row.file)));
    },
  };
}
