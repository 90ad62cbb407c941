// No agent is given a task that the hub may forget.
import { expect, test } from 'bun:test';
import { openHubDatabase } from '../database/database.ts';
import { TaskQueue } from './task-queue.ts';

test('tasks are read only once they are on the disk', async () => {
  const opened = await openHubDatabase(':memory:');
  const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const queue = new TaskQueue(
    {
      ...opened,
      flushed: () => {
        asked.resolve();
        return flushed;
      },
    },
    10,
  );
  let isRead = false;
  const read = queue.after('nobody', 0, 10).then((rows) => {
    isRead = true;
    return rows;
  });
  await asked.promise;
  await new Promise((settled) => setImmediate(settled));
  expect(isRead).toBe(false);
  flush();
  expect(await read).toEqual([]);
  await opened.db.destroy();
});
