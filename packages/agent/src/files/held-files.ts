// The files that were delivered and are in the folder: listed, placed, removed, and compared with what the disk has.
import { open, rename, rm } from 'node:fs/promises';
import type { HeldFile } from '@relevo/protocol';
import type { Transaction } from 'kysely';
import type { AgentDatabase } from '../database/database.ts';
import type { AgentSchema, HeldFileTable } from '../database/schema.ts';
import type { Outbox, Report } from '../tasks/outbox.ts';
import type { Folder } from './folder.ts';
import type { KnownChunks } from './known-chunks.ts';
import { createNameLocks } from './name-locks.ts';
import type { WholeHashes } from './whole-hash.ts';

/** Files in one page of the inventory. */
const inventoryPageMax = 500;

export interface NewFile {
  name: string;
  size: number;
  sha256: string;
  mediaType: string;
  /** What it consists of, as it was written down; undefined when it was not. */
  source: number | undefined;
}

export interface HeldFiles {
  list(): Promise<HeldFile[]>;
  /** The file under `name` if it lies there as it was delivered. */
  find(name: string): Promise<(HeldFile & { media_type: string }) | undefined>;
  /** Renames the partial file to the file's name, replacing what was there; `taskId` is the transfer that ends with it. */
  place(file: NewFile, partialPath: string, taskId: string): Promise<HeldFile>;
  /** Writes down a file whose rename happened before a crash. */
  confirm(file: NewFile, taskId: string): Promise<HeldFile>;
  /** Reads a file again: whether it still has its SHA-256. One that has not is forgotten, and the hub is told. Undefined when it is not held. */
  verify(name: string): Promise<boolean | undefined>;
  /** Removes a file that is held; false when it is not. */
  remove(name: string): Promise<boolean>;
  /** Forgets files that were removed or changed by hand, and tells the hub. */
  reconcile(): Promise<void>;
  /** Queues the pages that tell the hub everything that is held. */
  queueInventory(): Promise<void>;
}

export interface HeldFilesParts {
  db: AgentDatabase;
  folder: Folder;
  outbox: Outbox;
  hashes: WholeHashes;
  known: KnownChunks;
  onChange(): void;
}

export function createHeldFiles({ db, folder, outbox, hashes, known, onChange }: HeldFilesParts): HeldFiles {
  const locks = createNameLocks();

  async function confirm(file: NewFile, taskId: string): Promise<HeldFile> {
    const found = await folder.look(file.name);
    if (!found) throw new Error('the file vanished while it was put in its place');
    const row = {
      name: file.name,
      size: file.size,
      sha256: file.sha256,
      received_at: new Date().toISOString(),
      mtime_ns: String(found.mtimeNs),
      media_type: file.mediaType,
    };
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('held_file')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      await trx.deleteFrom('partial').where('task_id', '=', taskId).execute();
      await known.adopt(trx, file.name, file.source);
      await outbox.add([{ type: 'file_held', file: resource(row) }], trx);
    });
    known.settle(file.source);
    onChange();
    return resource(row);
  }

  /** True when the disk has the file as it was delivered. */
  async function isIntact(row: HeldFileTable): Promise<boolean> {
    const found = await folder.look(row.name);
    return found !== undefined && found.size === BigInt(row.size) && String(found.mtimeNs) === row.mtime_ns;
  }

  async function forget(name: string): Promise<void> {
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('held_file').where('name', '=', name).execute();
      await outbox.add([{ type: 'file_gone', name }], trx);
    });
    // A file that was only changed still has most of its chunks.
    if (!(await folder.look(name))) await known.forget(name);
    onChange();
  }

  /** SHA-256 in hex; undefined when the file cannot be read to its end. */
  async function digestOf(path: string, size: number): Promise<string | undefined> {
    const handle = await open(path).catch(() => undefined);
    if (!handle) return undefined;
    const hash = hashes.begin(handle.fd, size);
    try {
      hash.advance(size);
      return await hash.digest;
    } catch {
      return undefined;
    } finally {
      await hash.cancel();
      await handle.close();
    }
  }

  async function row(name: string): Promise<HeldFileTable | undefined> {
    return db.selectFrom('held_file').selectAll().where('name', '=', name).executeTakeFirst();
  }

  return {
    async list() {
      return (await db.selectFrom('held_file').selectAll().orderBy('received_at', 'desc').orderBy('name').execute()).map(resource);
    },
    async find(name) {
      const found = await row(name);
      return found && (await isIntact(found)) ? { ...resource(found), media_type: found.media_type } : undefined;
    },
    place: (file, partialPath, taskId) =>
      locks.run(file.name, async () => {
        await rename(partialPath, folder.path(file.name));
        await folder.sync();
        return confirm(file, taskId);
      }),
    confirm: (file, taskId) => locks.run(file.name, () => confirm(file, taskId)),
    async verify(name) {
      const before = await row(name);
      if (!before) return undefined;
      const sha256 = (await isIntact(before)) ? await digestOf(folder.path(name), before.size) : undefined;
      if (sha256 === before.sha256) return true;
      return locks.run(name, async () => {
        // While it was read, another delivery may have replaced it.
        const now = await row(name);
        if (now?.mtime_ns === before.mtime_ns && now.sha256 === before.sha256) await forget(name);
        return false;
      });
    },
    remove: (name) =>
      locks.run(name, async () => {
        const found = await row(name);
        if (!found) return false;
        // What somebody else put there under this name is not ours to remove.
        const intact = await isIntact(found);
        if (intact) {
          await rm(folder.path(name), { force: true });
          await folder.sync();
        }
        await forget(name);
        return intact;
      }),
    async reconcile() {
      const names = await db.selectFrom('held_file').select('name').execute();
      for (const { name } of names) {
        await locks.run(name, async () => {
          const found = await row(name);
          if (found && !(await isIntact(found))) await forget(name);
        });
      }
    },
    async queueInventory() {
      await db.transaction().execute((trx) => queueInventory(trx, outbox));
    },
  };
}

async function queueInventory(trx: Transaction<AgentSchema>, outbox: Outbox): Promise<void> {
  // One that waits from an earlier connection would only be told twice.
  await trx.deleteFrom('outbox').where('type', '=', 'inventory').execute();
  const files = (await trx.selectFrom('held_file').selectAll().orderBy('name').execute()).map(resource);
  const pages: Report[] = [];
  for (let start = 0; start === 0 || start < files.length; start += inventoryPageMax) {
    pages.push({ type: 'inventory', first: start === 0, files: files.slice(start, start + inventoryPageMax) });
  }
  await outbox.add(pages, trx);
}

function resource({ name, size, sha256, received_at }: HeldFileTable): HeldFile {
  return { name, size, sha256, received_at };
}
