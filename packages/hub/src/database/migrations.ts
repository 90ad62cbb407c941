// Every change of the hub's database, in order. A released migration is never edited; the next one mends it.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { activity } from './activity-migration.ts';
import { agentHistory } from './agent-history-migration.ts';
import { ispRecords } from './isp-migration.ts';
import { ispWork } from './isp-work-migration.ts';
import { routerErrors } from './router-error-migration.ts';
import { taskSubjects } from './task-subject-migration.ts';

export const migrations: Record<string, Migration> = {
  '0001-first': { up: first },
  '0002-isp': { up: ispRecords },
  '0002-agent-sealing-key': { up: agentSealingKey },
  '0002-audit': { up: audit },
  '0003-activity': { up: activity },
  '0003-agent-history': { up: agentHistory },
  '0003-isp-work': { up: ispWork },
  '0003-administration': { up: administration },
  '0004-router-errors': { up: routerErrors },
  '0005-task-subjects': { up: taskSubjects },
};

async function first(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE hub_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
    `CREATE TABLE api_key (
      id TEXT PRIMARY KEY, user_id INTEGER NOT NULL, name TEXT NOT NULL, start TEXT NOT NULL, key_sha256 TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT) STRICT`,
    `CREATE INDEX api_key_by_user ON api_key (user_id)`,

    `CREATE TABLE file (
      id TEXT PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT NOT NULL, name_folded TEXT NOT NULL, size INTEGER NOT NULL,
      sha256 TEXT NOT NULL, media_type TEXT NOT NULL, created_at TEXT NOT NULL) STRICT`,
    // One index per order of the list, for one owner and for all; the name in each lets a search pass over rows without reading them.
    // file_by_owner_size also answers what an owner's files add up to.
    `CREATE INDEX file_by_owner_time ON file (owner_id, created_at, id, name_folded)`,
    `CREATE INDEX file_by_owner_name ON file (owner_id, name_folded, id)`,
    `CREATE INDEX file_by_owner_size ON file (owner_id, size, id, name_folded)`,
    `CREATE INDEX file_by_time ON file (created_at, id, name_folded)`,
    `CREATE INDEX file_by_name ON file (name_folded, id)`,
    `CREATE INDEX file_by_size ON file (size, id, name_folded)`,
    `CREATE INDEX file_by_content ON file (sha256)`,
    `CREATE TABLE upload (
      id TEXT PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, metadata TEXT NOT NULL,
      checked_size INTEGER, sha256 TEXT, file_id TEXT, created_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX upload_by_owner ON upload (owner_id, size) WHERE file_id IS NULL`,
    `CREATE INDEX upload_by_content ON upload (sha256) WHERE file_id IS NULL`,
    `CREATE INDEX upload_by_time ON upload (created_at)`,
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
      operation_id TEXT NOT NULL, step TEXT NOT NULL, file_id TEXT, body TEXT NOT NULL, request_id TEXT NOT NULL, created_at TEXT NOT NULL,
      UNIQUE (agent_id, seq)) STRICT`,
    `CREATE INDEX agent_task_by_operation ON agent_task (user_id, operation_id)`,
    `CREATE INDEX agent_task_by_file ON agent_task (file_id)`,
    `CREATE TABLE agent_file (
      agent_id TEXT NOT NULL REFERENCES agent (id), name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
      received_at TEXT NOT NULL, PRIMARY KEY (agent_id, name)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX agent_file_by_content ON agent_file (sha256)`,

    `CREATE TABLE operation (
      user_id INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL,
      carrier TEXT NOT NULL, language TEXT NOT NULL, ends_with_steps INTEGER NOT NULL, stopping INTEGER NOT NULL, event TEXT, request TEXT NOT NULL, request_id TEXT, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
      updated_at TEXT NOT NULL, PRIMARY KEY (user_id, id)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX operation_by_time ON operation (created_at, id)`,
    `CREATE INDEX operation_by_end ON operation (ended_at)`,
    `CREATE TABLE operation_step (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, step TEXT NOT NULL, position INTEGER NOT NULL, event TEXT,
      started_at TEXT, ended_at TEXT, PRIMARY KEY (user_id, operation_id, step)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE operation_event (
      user_id INTEGER NOT NULL, operation_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (user_id, operation_id, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE operation_tick (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT`,
    `CREATE TABLE reporter (
      user_id INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (user_id, id)) STRICT, WITHOUT ROWID`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function agentSealingKey(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE agent ADD COLUMN sealing_key TEXT').execute(db);
}

async function audit(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE audit_entry (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user_id INTEGER NOT NULL, user_email TEXT NOT NULL, action TEXT NOT NULL, subject_kind TEXT NOT NULL,
      subject_id TEXT NOT NULL, subject_title TEXT NOT NULL, operation_id TEXT, request_id TEXT, client_address TEXT, before TEXT, after TEXT) STRICT`,
    `CREATE INDEX audit_by_user ON audit_entry (user_id, id)`,
    `CREATE INDEX audit_by_subject ON audit_entry (subject_kind, subject_id, id)`,
    `CREATE INDEX audit_by_action ON audit_entry (action, id)`,
    `CREATE INDEX audit_by_time ON audit_entry (at)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function administration(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `ALTER TABLE api_key ADD COLUMN scopes TEXT`,
    `ALTER TABLE enrolment_token ADD COLUMN uses INTEGER NOT NULL DEFAULT 1`,
    `ALTER TABLE enrolment_token ADD COLUMN created_by TEXT`,
    `CREATE TABLE passkey (
      id TEXT PRIMARY KEY, user_id INTEGER NOT NULL, name TEXT NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL,
      backed_up INTEGER NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT) STRICT`,
    `CREATE INDEX passkey_by_user ON passkey (user_id)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
