// Prepared statements are kept by their text, and nobody notices.
import { expect, test } from 'bun:test';
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
