// Opens the hub's database.
import { join } from 'node:path';
import { type OpenedDatabase, openSqlite } from '@relevo/runtime';
import type { Kysely } from 'kysely';
import { migrations } from './migrations.ts';
import type { HubSchema } from './schema.ts';

export type HubDatabase = Kysely<HubSchema>;

/** Pages of the write-ahead log after which it is brought into the database (32 MB): most of what it holds are newer states of the same steps. */
const checkpointPages = 8_000;

/** Opens `hub.db` in `dataDir` (or `:memory:` for a test) at its newest version. */
export async function openHubDatabase(dataDir: string): Promise<OpenedDatabase<HubSchema>> {
  const opened = await openSqlite<HubSchema>(dataDir === ':memory:' ? dataDir : join(dataDir, 'hub.db'), migrations);
  opened.connection.run(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  return opened;
}
