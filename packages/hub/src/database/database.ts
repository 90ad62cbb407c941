// Opens the hub's database.
import { join } from 'node:path';
import { type OpenedDatabase, openSqlite } from '@relevo/runtime';
import type { Kysely } from 'kysely';
import { migrations } from './migrations.ts';
import type { HubSchema } from './schema.ts';

export type HubDatabase = Kysely<HubSchema>;

/** Opens `hub.db` in `dataDir` (or `:memory:` for a test) at its newest version. */
export function openHubDatabase(dataDir: string): Promise<OpenedDatabase<HubSchema>> {
  return openSqlite<HubSchema>(dataDir === ':memory:' ? dataDir : join(dataDir, 'hub.db'), migrations);
}
