// A portion grows while it is quick, shrinks when it keeps others waiting, and lets them in between two.
import { expect, test } from 'bun:test';
import { Portion } from './portion.ts';

/** Keeps the thread busy, as a database does that answers at once. */
function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('it doubles at most while it is quick, up to its bound', async () => {
  const sizes: number[] = [];
  const portion = new Portion({ first: 30, max: 100 });
  for (let n = 0; n < 4; n += 1) await portion.run(async (size) => void sizes.push(size));
  expect(sizes).toEqual([30, 60, 100, 100]);
});

test('it shrinks to what takes about a turn, and never to next to nothing', async () => {
  const portion = new Portion({ first: 1000, max: 1000 });
  await portion.run(async () => busy(200));
  expect(portion.size).toBeLessThanOrEqual(100);
  for (let n = 0; n < 4; n += 1) await portion.run(async () => busy(100));
  expect(portion.size).toBe(25);
});

test('others have their turn between two portions, and a failure is the caller’s', async () => {
  const order: string[] = [];
  const portion = new Portion({ first: 1, max: 1 });
  setImmediate(() => order.push('other'));
  await portion.run(async () => void order.push('portion'));
  order.push('after');
  expect(order).toEqual(['portion', 'other', 'after']);
  await expect(portion.run(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
});
