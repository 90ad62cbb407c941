// Prepared statements are kept by their text, and nobody notices; a transaction may leave the disk for later.
import { expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { openSqlite } from './sqlite.ts';

interface Schema {
  number: { value: number };
}

const migrations = {
  '0001-first': { up: async (db: Kysely<unknown>) => void (await sql`CREATE TABLE number (value INTEGER NOT NULL) STRICT`.execute(db)) },
};

test('more queries than are kept are all answered, the forgotten ones too', async () => {
  const { db } = await openSqlite<Schema>(':memory:', migrations);
  const ask = async (n: number) => (await sql<{ n: number }>`SELECT ${sql.lit(n)} AS n`.execute(db)).rows[0]?.n;
  for (let n = 0; n < 1_100; n += 1) expect(await ask(n)).toBe(n);
  expect([await ask(0), await ask(1_099)]).toEqual([0, 1_099]);
  await db.destroy();
});

test('a query tells of the columns as they are now', async () => {
  const { db, connection } = await openSqlite<Schema>(':memory:', migrations);
  await db.insertInto('number').values({ value: 1 }).execute();
  const ask = () => db.selectFrom('number').selectAll().execute();
  expect(await ask()).toEqual([{ value: 1 }]);
  connection.run("ALTER TABLE number ADD COLUMN name TEXT NOT NULL DEFAULT 'one'");
  expect(await ask()).toEqual([{ value: 1, name: 'one' }] as never);
  await db.destroy();
});

test('what was transacted without waiting for the disk is there at once, is gone when it failed, and others wait again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relevo-sqlite-'));
  const { db, connection, transactUnflushed, flushed } = await openSqlite<Schema>(join(folder, 'a.db'), migrations);
  const synchronous = () => connection.query<{ synchronous: number }, []>('PRAGMA synchronous').get()?.synchronous;
  const full = 2;
  await transactUnflushed(async (transaction) => {
    expect(synchronous()).toBeLessThan(full);
    await transaction.insertInto('number').values({ value: 1 }).execute();
  });
  const failing = transactUnflushed(async (transaction) => {
    await transaction.insertInto('number').values({ value: 2 }).execute();
    throw new Error('no');
  });
  expect(await failing.catch(String)).toBe('Error: no');
  expect(synchronous()).toBe(full);
  await flushed();
  expect(await db.selectFrom('number').selectAll().execute()).toEqual([{ value: 1 }]);
  await db.destroy();
  await rm(folder, { recursive: true });
});
