// What comes in a moment is handled together, in order, and never beside what came before.
import { expect, test } from 'bun:test';
import { Turns } from './turns.ts';

const fail = (error: unknown) => expect.unreachable(String(error));
const aMoment = () => Bun.sleep(20);
const until = async (isThere: () => boolean) => {
  while (!isThere()) await Bun.sleep(1);
};

test('what comes in a moment is handed over together, in order', async () => {
  const lots: (readonly number[])[] = [];
  const turns = new Turns<number>(async (items) => void lots.push(items), fail);
  for (const item of [1, 2, 3]) turns.add(item);
  expect(lots).toEqual([]);
  await until(() => lots.length === 1);
  turns.add(4);
  await until(() => lots.length === 2);
  expect(lots).toEqual([[1, 2, 3], [4]]);
});

test('what comes in later turns of the event loop, but in the same moment, is handed over with it', async () => {
  const lots: (readonly number[])[] = [];
  const turns = new Turns<number>(async (items) => void lots.push(items), fail, 1_000);
  for (const item of [1, 2, 3]) {
    turns.add(item);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => lots.length > 0);
  expect(lots).toEqual([[1, 2, 3]]);
});

test('what comes while a lot is handled waits for its end', async () => {
  const lots: (readonly number[])[] = [];
  const first = Promise.withResolvers<void>();
  const turns = new Turns<number>(async (items) => {
    lots.push(items);
    if (lots.length === 1) await first.promise;
  }, fail);
  turns.add(1);
  await until(() => lots.length === 1);
  turns.add(2);
  await aMoment();
  turns.add(3);
  expect(lots).toEqual([[1]]);
  first.resolve();
  await until(() => lots.length === 2);
  expect(lots).toEqual([[1], [2, 3]]);
});

test('after a failure nothing that came after is handled', async () => {
  const lots: (readonly number[])[] = [];
  const failures: unknown[] = [];
  const broken = new Error('no disk');
  const turns = new Turns<number>(
    async (items) => {
      lots.push(items);
      turns.add(2);
      throw broken;
    },
    (error) => failures.push(error),
  );
  turns.add(1);
  await until(() => failures.length === 1);
  turns.add(3);
  await aMoment();
  expect([lots, failures]).toEqual([[[1]], [broken]]);
});
