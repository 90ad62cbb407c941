// Work under one key runs in turn; under others at once.
import { expect, test } from 'bun:test';
import { LockByKey } from './lock-by-key.ts';

test('runs work of one key in the order asked, one at a time', async () => {
  const locks = new LockByKey();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const work = (name: string, wait?: Promise<void>) => async () => {
    seen.push(`${name} begins`);
    await wait;
    seen.push(`${name} ends`);
  };
  const all = [locks.run('a', work('1', gate.promise)), locks.run('a', work('2')), locks.run('a', work('3'))];
  await locks.run('b', work('other'));
  gate.resolve();
  await Promise.all(all);
  expect(seen).toEqual(['1 begins', 'other begins', 'other ends', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends']);
});

test('goes on after a failure, which only its asker hears of', async () => {
  const locks = new LockByKey();
  const failing = locks.run('a', async () => {
    throw new Error('failed');
  });
  const next = locks.run('a', async () => 'next');
  expect(await failing.catch((error: Error) => error.message)).toBe('failed');
  expect(await next).toBe('next');
});
