// Reports keep their numbers, whatever fails, and are told only once they are on the disk.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { openAgentDatabase } from '../database/database.ts';
import { createOutbox, type Outbox, type Report } from './outbox.ts';

type Opened = Awaited<ReturnType<typeof openAgentDatabase>>;

let opened: Opened;
let outbox: Outbox;
const gone = (name: string): Report => ({ type: 'file_gone', name });
const add = (...names: string[]) => opened.db.transaction().execute((trx) => outbox.add(names.map(gone), trx));
const kept = async () => (await outbox.after(0, 100)).map(({ seq, ...report }) => [seq, 'name' in report && report.name]);

beforeEach(async () => {
  opened = await openAgentDatabase(':memory:');
  outbox = createOutbox(opened, 1000);
});
afterEach(() => opened.db.destroy());

test('numbers go on after what was acknowledged is gone, and in another process', async () => {
  await add('a', 'b');
  outbox.acked(2);
  await add('c');
  expect(await kept()).toEqual([[3, 'c']]);
  outbox.acked(3);
  outbox = createOutbox(opened, 1000);
  outbox.acked(3);
  await add('d');
  expect(await kept()).toEqual([[4, 'd']]);
});

test('a number that a failed transaction gave is not given to anything that is kept', async () => {
  await add('a');
  const failing = opened.db.transaction().execute(async (trx) => {
    await outbox.add([gone('lost')], trx);
    throw new Error('full');
  });
  expect(await failing.catch(String)).toBe('Error: full');
  await add('b');
  const rows = await kept();
  expect(rows.map(([, name]) => name)).toEqual(['a', 'b']);
  expect(new Set(rows.map(([seq]) => seq)).size).toBe(2);
});

test('a hub that counts further makes what waits follow its count, and what comes then follows that', async () => {
  await add('a', 'b');
  await outbox.agree(10);
  await add('c');
  expect(await kept()).toEqual([
    [11, 'a'],
    [12, 'b'],
    [13, 'c'],
  ]);
});

test('reports are read only once they are on the disk', async () => {
  const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  outbox = createOutbox(
    {
      ...opened,
      flushed: () => {
        asked.resolve();
        return flushed;
      },
    },
    1000,
  );
  await add('a');
  let isRead = false;
  const read = kept().then((rows) => {
    isRead = true;
    return rows;
  });
  await asked.promise;
  await new Promise((settled) => setImmediate(settled));
  expect(isRead).toBe(false);
  flush();
  expect(await read).toEqual([[1, 'a']]);
});
