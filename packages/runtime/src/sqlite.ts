// SQLite through Kysely: one connection per database file, WAL, every commit on disk before it is told.
import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

export interface OpenedDatabase<Schema> {
  db: Kysely<Schema>;
  /** The connection underneath, for libraries that bring their own query layer. Never open a transaction on it. */
  connection: Database;
}

/** Opens (and makes) the database at `path` and brings it to the newest of `migrations`, applied in the order of their names. */
export async function openSqlite<Schema>(path: string, migrations: Record<string, Migration>): Promise<OpenedDatabase<Schema>> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const connection = new Database(path, { create: true, strict: true });
  connection.run('PRAGMA busy_timeout = 5000');
  connection.run('PRAGMA journal_mode = WAL');
  connection.run('PRAGMA synchronous = FULL');
  connection.run('PRAGMA foreign_keys = ON');
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: asKyselyDatabase(connection) }) });
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
  return { db, connection };
}

/** Kysely's SQLite dialect was written for another driver; this gives bun:sqlite the shape it expects. */
function asKyselyDatabase(connection: Database): SqliteDatabase {
  return {
    close: () => connection.close(),
    prepare: (sql) => {
      const statement = connection.query(sql);
      return {
        reader: statement.columnNames.length > 0,
        all: (parameters) => statement.all(...(parameters as never[])),
        run: (parameters) => statement.run(...(parameters as never[])),
        iterate: (parameters) => statement.iterate(...(parameters as never[])) as IterableIterator<unknown>,
      };
    },
  };
}
