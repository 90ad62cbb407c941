// Every change of the agent's database, in order. A released migration is never edited; the next one mends it.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Record<string, Migration> = {
  '0001-first': { up: first },
  '0002-history': { up: history },
  '0003-routers': { up: routers },
  '0004-known-chunks': { up: knownChunks },
};

async function first(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE agent_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
    `CREATE TABLE inbox (
      task_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, stop_requested INTEGER NOT NULL,
      request_id TEXT, received_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX inbox_by_seq ON inbox (state, seq)`,
    `CREATE TABLE outbox (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, task_id TEXT, passing INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
    `CREATE INDEX outbox_by_task ON outbox (task_id)`,
    `CREATE TABLE held_file (
      name TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL, received_at TEXT NOT NULL, mtime_ns TEXT NOT NULL,
      media_type TEXT NOT NULL) STRICT`,
    `CREATE INDEX held_file_by_content ON held_file (sha256)`,
    `CREATE TABLE partial (
      file INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, manifest TEXT NOT NULL,
      verified BLOB NOT NULL, placing_inode TEXT) STRICT`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function history(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `ALTER TABLE inbox ADD COLUMN paused INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE inbox ADD COLUMN ended_at TEXT`,
    `ALTER TABLE inbox ADD COLUMN view TEXT`,
    `CREATE INDEX inbox_by_end ON inbox (ended_at, task_id) WHERE view IS NOT NULL`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function routers(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`ALTER TABLE inbox ADD COLUMN told TEXT`).execute(db);
}

async function knownChunks(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE chunk_source (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT`,
    // In the order of its key each file has a place of its own; the index leads from a digest to every file that has it.
    `CREATE TABLE known_chunk (
      source INTEGER NOT NULL, digest INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
      PRIMARY KEY (source, digest)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX known_chunk_by_digest ON known_chunk (digest)`,
    `ALTER TABLE partial ADD COLUMN copied INTEGER NOT NULL DEFAULT 0`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
