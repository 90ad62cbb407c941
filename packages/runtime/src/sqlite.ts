// SQLite through Kysely: one connection per database file, WAL, every commit on disk before it is told.
import { Database, type Statement } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, type SqliteDatabase, SqliteDialect, type Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { LogFlush } from './log-flush.ts';

export interface OpenedDatabase<Schema> {
  db: Kysely<Schema>;
  /** The connection underneath, for libraries that bring their own query layer. Never open a transaction on it. */
  connection: Database;
  /**
   * Runs a transaction whose commit survives the process at once, but a loss of power only after `flushed`, which does not hold up the thread.
   * All others wait for the disk themselves.
   */
  transactUnflushed<Result>(work: (transaction: Transaction<Schema>) => Promise<Result>): Promise<Result>;
  /** Resolves once everything that was committed before is on the disk: to be waited for before any of it is told to others. */
  flushed(): Promise<void>;
}

const waitForDisk = 'PRAGMA synchronous = FULL';
/** "WAL mode is always consistent with synchronous=NORMAL, but WAL mode does lose durability" (SQLite, PRAGMA synchronous), until the log is flushed. */
const doNotWaitForDisk = 'PRAGMA synchronous = NORMAL';

/** Texts of queries whose prepared statements are kept: preparing one takes longer than most of them run. */
const statementsMax = 1_000;

/** Opens (and makes) the database at `path` and brings it to the newest of `migrations`, applied in the order of their names. */
export async function openSqlite<Schema>(path: string, migrations: Record<string, Migration>): Promise<OpenedDatabase<Schema>> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const connection = new Database(path, { create: true, strict: true });
  connection.run('PRAGMA busy_timeout = 5000');
  connection.run('PRAGMA journal_mode = WAL');
  connection.run(waitForDisk);
  connection.run('PRAGMA foreign_keys = ON');
  const statements = new Map<string, PreparedStatement>();
  const log = new LogFlush(path === ':memory:' ? undefined : `${path}-wal`, (error) => {
    process.stderr.write(`${path}: what was written could not be brought to the disk: ${error}\n`);
    process.exit(1);
  });
  const close = () => {
    connection.close();
    log.close();
  };
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: asKyselyDatabase(connection, statements, close) }) });
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
  // They may tell of columns as they were before.
  statements.clear();
  return {
    db,
    connection,
    transactUnflushed: (work) =>
      // Nobody else gets the connection before it is as it was.
      db.connection().execute(async (held) => {
        connection.run(doNotWaitForDisk);
        try {
          return await held.transaction().execute(work);
        } finally {
          connection.run(waitForDisk);
          log.written();
        }
      }),
    flushed: () => log.flushed(),
  };
}

interface PreparedStatement {
  statement: Statement;
  reader: boolean;
}

/** Kysely's SQLite dialect was written for another driver; this gives bun:sqlite the shape it expects. */
function asKyselyDatabase(connection: Database, statements: Map<string, PreparedStatement>, close: () => void): SqliteDatabase {
  function prepared(sql: string): PreparedStatement {
    const known = statements.get(sql);
    if (known) return known;
    const statement = connection.prepare(sql);
    const made = { statement, reader: statement.columnNames.length > 0 };
    // The oldest goes; one that is in use comes back. bun:sqlite's own cache keeps the first twenty for ever, and no other.
    if (statements.size >= statementsMax) statements.delete(statements.keys().next().value ?? '');
    statements.set(sql, made);
    return made;
  }

  return {
    close,
    prepare: (sql) => {
      const { statement, reader } = prepared(sql);
      return {
        reader,
        all: (parameters) => statement.all(...(parameters as never[])),
        run: (parameters) => statement.run(...(parameters as never[])),
        // One of its own: others may run the same query before this one is read to its end.
        iterate: (parameters) => connection.prepare(sql).iterate(...(parameters as never[])) as IterableIterator<unknown>,
      };
    },
  };
}
