// A prepared query answers as the built one would: by the values of this run, in any database, in a transaction too.
import { expect, test } from 'bun:test';
import { type Kysely, sql } from 'kysely';
import { preparedQuery } from './prepared-query.ts';
import { openSqlite } from './sqlite.ts';

interface Schema {
  item: { id: number; name: string | null; count: number };
}

const migrations = {
  '0001-first': {
    up: async (db: Kysely<unknown>) =>
      void (await sql`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, count INTEGER NOT NULL DEFAULT 0) STRICT`.execute(db)),
  },
};

const opened = () => openSqlite<Schema>(':memory:', migrations);
const all = (db: Kysely<Schema>) => db.selectFrom('item').selectAll().orderBy('id').execute();

let built = 0;
const insertItem = preparedQuery((db: Kysely<Schema>, item: Partial<Schema['item']> & { id: number }) => {
  built += 1;
  return db
    .insertInto('item')
    .values({ count: 7, ...item })
    .compile();
});
const itemsBelow = preparedQuery((db: Kysely<Schema>, { id, limit }: { id: number; limit: number }) =>
  db.selectFrom('item').select('id').where('id', '<', id).where('count', '=', 7).orderBy('id', 'desc').limit(limit).compile(),
);
const changeItem = preparedQuery((db: Kysely<Schema>, { id, ...set }: { id: number; name?: string | null; count?: number }) =>
  db.updateTable('item').set(set).where('id', '=', id).compile(),
);

test('it is built once for each set of members, and each run has its own values', async () => {
  const { db } = await opened();
  built = 0;
  expect(await insertItem(db, { id: 1, name: 'one' })).toEqual([]);
  await insertItem(db, { id: 2, name: null });
  await insertItem(db, { id: 3, name: undefined });
  await insertItem(db, { id: 4, count: 40 });
  expect(built).toBe(3);
  expect(await all(db)).toEqual([
    { id: 1, name: 'one', count: 7 },
    { id: 2, name: null, count: 7 },
    { id: 3, name: null, count: 7 },
    { id: 4, name: null, count: 40 },
  ]);
  expect(await itemsBelow(db, { id: 4, limit: 2 })).toEqual([{ id: 3 }, { id: 2 }]);
  expect(await itemsBelow(db, { id: 3, limit: 9 })).toEqual([{ id: 2 }, { id: 1 }]);
  expect(await itemsBelow(db, { id: 1, limit: 9 })).toEqual([]);
  await db.destroy();
});

test('members that are absent are not in the text', async () => {
  const { db } = await opened();
  await insertItem(db, { id: 1, name: 'one' });
  await changeItem(db, { id: 1, count: 2 });
  await changeItem(db, { id: 1, name: undefined, count: 3 });
  expect(await all(db)).toEqual([{ id: 1, name: 'one', count: 3 }]);
  await changeItem(db, { id: 1, name: null });
  expect(await all(db)).toEqual([{ id: 1, name: null, count: 3 }]);
  await db.destroy();
});

test('one that was built with one database runs on another, and inside a transaction that may be rolled back', async () => {
  const [first, second] = await Promise.all([opened(), opened()]);
  await insertItem(first.db, { id: 1, name: 'first' });
  await insertItem(second.db, { id: 1, name: 'second' });
  const failing = first.db.transaction().execute(async (transaction) => {
    await changeItem(transaction, { id: 1, name: 'never' });
    expect(await itemsBelow(transaction, { id: 2, limit: 1 })).toEqual([{ id: 1 }]);
    throw new Error('no');
  });
  expect(await failing.catch(String)).toBe('Error: no');
  expect([...(await all(first.db)), ...(await all(second.db))].map(({ name }) => name)).toEqual(['first', 'second']);
  await Promise.all([first.db.destroy(), second.db.destroy()]);
});

test('a text that would depend on a value cannot be built', async () => {
  const { db } = await opened();
  const interpolated = preparedQuery((db: Kysely<Schema>, { name }: { name: string }) =>
    sql<{ id: number }>`SELECT id FROM item WHERE name = ${sql.lit(name)}`.compile(db),
  );
  const quoted = preparedQuery((db: Kysely<Schema>, { name }: { name: object }) =>
    sql<{ id: number }>`SELECT id FROM item WHERE name = ${JSON.stringify(name)}`.compile(db),
  );
  const asked = preparedQuery((db: Kysely<Schema>, { id }: { id: number }) =>
    db
      .selectFrom('item')
      .select(id > 1 ? 'id' : 'count')
      .compile(),
  );
  expect(await interpolated(db, { name: 'one' }).catch(String)).toContain('Error');
  expect(await quoted(db, { name: {} }).catch(String)).toContain('is built without the value of "name"');
  expect(await asked(db, { id: 1 }).catch(String)).toContain('is built without the value of "id"');
  await db.destroy();
});
