// Opens the agent's database.
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenedDatabase, openSqlite } from '@relevo/runtime';
import type { Kysely } from 'kysely';
import { migrations } from './migrations.ts';
import type { AgentSchema } from './schema.ts';

export type AgentDatabase = Kysely<AgentSchema>;

/** Opens `agent.db` in `dataDir` (or `:memory:` for a test) at its newest version. It holds the agent's private key: nobody else may read it. */
export async function openAgentDatabase(dataDir: string): Promise<OpenedDatabase<AgentSchema>> {
  if (dataDir === ':memory:') return openSqlite<AgentSchema>(dataDir, migrations);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'agent.db');
  // SQLite gives its -wal and -shm files the mode of the database, so that has to be right before anything is written.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  return openSqlite<AgentSchema>(path, migrations);
}
