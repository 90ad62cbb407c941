// Which chunks the delivered files consist of, so that a file that shares some with them has those copied instead of sent.
//
// It is a hint: what is read where a chunk should be is checked as if it had been sent (copy-chunks.ts). So its rows are written without
// waiting for the disk, in portions that hold up nobody, and a file that was changed by hand stays in it as far as it is still what it was.
import type { Manifest } from '@relevo/protocol';
import type { OpenedDatabase } from '@relevo/runtime';
import { sql, type Transaction } from 'kysely';
import type { AgentSchema } from '../database/schema.ts';

/** Chunks looked up, written or removed in one go; where a million are known, twice as many take some fifteen milliseconds. */
const portionChunks = 500;

/** Where a chunk was. */
export interface KnownChunk {
  source: number;
  /** Name of the file that has it. */
  name: string;
  /** Offset in that file, bytes. */
  start: number;
}

export interface KnownChunks {
  /** Where chunks are, by SHA-256; of several files that have one, the one delivered last. */
  find(chunks: readonly { sha256: string; length: number }[]): Promise<Map<string, KnownChunk>>;
  /** Writes down what a file consists of that gets its name soon; undefined when that is more than may be known. */
  write(manifest: Pick<Manifest, 'chunks'>): Promise<number | undefined>;
  /** Gives what was written the name of the file, in the transaction that makes it held, and takes the name from what had it before. */
  adopt(transaction: Transaction<AgentSchema>, name: string, source: number | undefined): Promise<void>;
  /** To be called after that transaction, and when there will be none: removes what has no name. */
  settle(source: number | undefined): void;
  /** Forgets what the file of this name consisted of. */
  forget(name: string): Promise<void>;
  /** Forgets chunks that are not where they were. */
  drop(source: number, sha256s: readonly string[]): Promise<void>;
  /** Resolves when nothing waits to be removed. */
  idle(): Promise<void>;
  /** Removes nothing more; the next process goes on. */
  stop(): Promise<void>;
}

/** Of all files together at most `chunksMax` are known; those delivered longest ago are forgotten first. */
export async function openKnownChunks({ db, transactUnflushed }: OpenedDatabase<AgentSchema>, chunksMax: number): Promise<KnownChunks> {
  /** Rows there are, with those that are about to be written. */
  let rows = await countRows();
  /** Sources that are being written: nameless, though not gone. */
  const writing = new Set<number>();
  let sweeping: Promise<void> | undefined;
  let isStopped = false;

  async function countRows(): Promise<number> {
    const counted = db.selectFrom('known_chunk').select(({ fn }) => fn.countAll<number>().as('count'));
    return (await counted.executeTakeFirstOrThrow()).count;
  }

  /** Resolves to how many rows there were. */
  async function removeRows(source: number): Promise<number> {
    const { numAffectedRows = 0n } = await transactUnflushed((transaction) =>
      sql`DELETE FROM known_chunk WHERE source = ${source}
        AND digest IN (SELECT digest FROM known_chunk WHERE source = ${source} LIMIT ${portionChunks})`.execute(transaction),
    );
    rows -= Number(numAffectedRows);
    return Number(numAffectedRows);
  }

  async function removeNameless(): Promise<void> {
    for (;;) {
      const nameless = await db.selectFrom('chunk_source').select('id').where('name', 'is', null).execute();
      const gone = nameless.find(({ id }) => !writing.has(id));
      if (!gone || isStopped) return;
      while ((await removeRows(gone.id)) === portionChunks) {
        await breath();
        if (isStopped) return;
      }
      await transactUnflushed((transaction) => transaction.deleteFrom('chunk_source').where('id', '=', gone.id).execute());
    }
  }

  /** Never rejects: what could not be removed is found again. */
  async function sweep(): Promise<void> {
    // One that is under way may have looked already.
    await sweeping;
    sweeping ??= removeNameless()
      .catch(() => {})
      .finally(() => {
        sweeping = undefined;
      });
    await sweeping;
  }

  /** Makes room for `count` rows, oldest sources first, and counts them as there; false when others are writing too many. */
  async function reserve(count: number): Promise<boolean> {
    if (rows + count > chunksMax) await sweep();
    while (rows + count > chunksMax) {
      const oldest = db
        .selectFrom('chunk_source')
        .select(({ fn }) => fn.min('id').as('id'))
        .where('name', 'is not', null);
      const { numUpdatedRows } = await db.updateTable('chunk_source').set({ name: null }).where('id', '=', oldest).executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await sweep();
    }
    rows += count;
    return true;
  }

  async function beginSource(transaction: Transaction<AgentSchema>): Promise<number> {
    const { id } = await transaction.insertInto('chunk_source').values({ name: null }).returning('id').executeTakeFirstOrThrow();
    writing.add(id);
    return id;
  }

  void sweep();

  return {
    async find(chunks) {
      const found = new Map<string, KnownChunk>();
      if (rows === 0) return found;
      for (let at = 0; at < chunks.length; at += portionChunks) {
        if (at > 0) await breath();
        const wanted = new Map(chunks.slice(at, at + portionChunks).map((chunk) => [digestOf(chunk.sha256), chunk]));
        // CROSS JOIN keeps SQLite to this order: each digest leads by the index to one row.
        const { rows: hits } = await sql<KnownChunk & { digest: number; length: number }>`
          SELECT chunk.digest, chunk.source, chunk_source.name, chunk.start, chunk.length
          FROM json_each(${JSON.stringify([...wanted.keys()])}) AS wanted
          CROSS JOIN known_chunk AS chunk ON chunk.digest = wanted.value AND chunk.source = (
            SELECT other.source FROM known_chunk AS other CROSS JOIN chunk_source AS named ON named.id = other.source
            WHERE other.digest = wanted.value AND named.name IS NOT NULL ORDER BY other.source DESC LIMIT 1)
          CROSS JOIN chunk_source ON chunk_source.id = chunk.source`.execute(db);
        for (const { digest, length, source, name, start } of hits) {
          const chunk = wanted.get(digest);
          if (chunk?.length === length) found.set(chunk.sha256, { source, name, start });
        }
      }
      return found;
    },
    async write({ chunks }) {
      const places = new Map<number, [digest: number, start: number, length: number]>();
      let start = 0;
      for (const [length, sha256] of chunks) {
        const digest = digestOf(sha256);
        if (!places.has(digest)) places.set(digest, [digest, start, length]);
        start += length;
      }
      if (places.size === 0 || places.size > chunksMax || !(await reserve(places.size))) return undefined;
      // In the order of the digests, neighbours are written to the same pages.
      const ordered = [...places.values()].sort(([one], [other]) => one - other);
      let source: number | undefined;
      for (let at = 0; at < ordered.length; at += portionChunks) {
        if (at > 0) await breath();
        const portion = JSON.stringify(ordered.slice(at, at + portionChunks));
        source = await transactUnflushed(async (transaction) => {
          const id = source ?? (await beginSource(transaction));
          await sql`INSERT INTO known_chunk (source, digest, start, length)
            SELECT ${id}, value ->> 0, value ->> 1, value ->> 2 FROM json_each(${portion})`.execute(transaction);
          return id;
        });
      }
      return source;
    },
    async adopt(transaction, name, source) {
      await transaction.updateTable('chunk_source').set({ name: null }).where('name', '=', name).execute();
      if (source !== undefined) await transaction.updateTable('chunk_source').set({ name }).where('id', '=', source).execute();
    },
    settle(source) {
      if (source !== undefined) writing.delete(source);
      void sweep();
    },
    async forget(name) {
      await db.updateTable('chunk_source').set({ name: null }).where('name', '=', name).execute();
      void sweep();
    },
    async drop(source, sha256s) {
      const digests = JSON.stringify(sha256s.map(digestOf));
      const { numAffectedRows = 0n } = await transactUnflushed((transaction) =>
        sql`DELETE FROM known_chunk WHERE source = ${source} AND digest IN (SELECT value FROM json_each(${digests}))`.execute(transaction),
      );
      rows -= Number(numAffectedRows);
    },
    idle: sweep,
    async stop() {
      isStopped = true;
      await sweeping;
    },
  };
}

/** As many bits of a SHA-256 as a number holds: of a million chunks, no two are likely to share them, and one that does is found out. */
function digestOf(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 13), 16);
}

/** Others have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
