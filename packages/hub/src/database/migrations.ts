// Every change of the hub's database, in order. A released migration is never edited; the next one mends it.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Record<string, Migration> = {
  '0001-first': { up: first },
};

async function first(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE hub_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,

    `CREATE TABLE file (
      id TEXT PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT NOT NULL, name_folded TEXT NOT NULL, size INTEGER NOT NULL,
      sha256 TEXT NOT NULL, media_type TEXT NOT NULL, created_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX file_by_owner ON file (owner_id, created_at)`,
    `CREATE INDEX file_by_content ON file (sha256)`,
    `CREATE INDEX file_by_time ON file (created_at, id)`,
    `CREATE TABLE manifest (sha256 TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT`,

    `CREATE TABLE agent (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key TEXT NOT NULL UNIQUE, status TEXT NOT NULL, version TEXT NOT NULL,
      platform TEXT NOT NULL, labels TEXT NOT NULL, last_seen_at TEXT, acked_seq INTEGER NOT NULL, task_seq INTEGER NOT NULL,
      created_at TEXT NOT NULL) STRICT`,
    `CREATE TABLE enrolment_token (
      id TEXT PRIMARY KEY, token_sha256 TEXT NOT NULL UNIQUE, uses_left INTEGER NOT NULL, expires_at TEXT, labels TEXT NOT NULL,
      approved INTEGER NOT NULL, created_at TEXT NOT NULL) STRICT`,
    `CREATE TABLE agent_task (
      id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agent (id), seq INTEGER NOT NULL, user_id INTEGER NOT NULL,
      operation_id TEXT NOT NULL, step TEXT NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, created_at TEXT NOT NULL,
      UNIQUE (agent_id, seq)) STRICT`,
    `CREATE INDEX agent_task_by_operation ON agent_task (user_id, operation_id)`,
    `CREATE TABLE agent_file (
      agent_id TEXT NOT NULL REFERENCES agent (id), name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
      received_at TEXT NOT NULL, PRIMARY KEY (agent_id, name)) STRICT, WITHOUT ROWID`,

    `CREATE TABLE operation (
      user_id INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL,
      carrier TEXT NOT NULL, language TEXT NOT NULL, request TEXT NOT NULL, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
      updated_at TEXT NOT NULL, PRIMARY KEY (user_id, id)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX operation_by_time ON operation (created_at, id)`,
    `CREATE INDEX operation_by_end ON operation (ended_at)`,
    `CREATE TABLE operation_step (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, step TEXT NOT NULL, position INTEGER NOT NULL, event TEXT,
      started_at TEXT, ended_at TEXT, PRIMARY KEY (user_id, operation_id, step)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE operation_event (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (user_id, operation_id, seq)) STRICT, WITHOUT ROWID`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
