import { expect, test } from 'bun:test';
import type { StepEvent } from '@relevo/protocol';
import { EventQueue, WatchTooSlowError } from './event-queue.ts';

const event = (seq: number, status: StepEvent['status']): StepEvent => ({
  operation_id: 'a',
  step: 'one',
  status,
  message: '',
  progress: 0,
  timestamp: '',
  seq,
});

test('gives events in order, then ends', async () => {
  const queue = new EventQueue(10, () => {});
  queue.push(event(1, 'pending'));
  queue.push(event(2, 'completed'));
  queue.close();
  expect((await Array.fromAsync(queue)).map(({ seq }) => seq)).toEqual([1, 2]);
});

test('hands an event to a reader that waits', async () => {
  const queue = new EventQueue(10, () => {});
  const next = queue.next();
  queue.push(event(1, 'pending'));
  expect(await next).toMatchObject({ value: { seq: 1 } });
});

test('keeps the newest percentage when it is full, and every transition', async () => {
  const queue = new EventQueue(4, () => {});
  queue.push(event(1, 'pending'));
  for (let seq = 2; seq < 100; seq++) queue.push(event(seq, 'in_progress'));
  queue.push(event(100, 'completed'));
  queue.close();
  const seqs = (await Array.fromAsync(queue)).map(({ seq }) => seq);
  expect(seqs[0]).toBe(1);
  expect(seqs.slice(-2)).toEqual([99, 100]);
  expect(seqs.length).toBeLessThanOrEqual(4);
});

test('throws, after what it held, when transitions alone overflow it', async () => {
  let closed = 0;
  const queue = new EventQueue(2, () => closed++);
  for (let seq = 1; seq <= 3; seq++) queue.push(event(seq, 'error'));
  expect(await queue.next()).toMatchObject({ value: { seq: 1 } });
  expect(await queue.next()).toMatchObject({ value: { seq: 2 } });
  expect(queue.next()).rejects.toBeInstanceOf(WatchTooSlowError);
  expect(closed).toBe(1);
});

test('lets its watch go when the loop breaks', async () => {
  let closed = 0;
  const queue = new EventQueue(2, () => closed++);
  queue.push(event(1, 'pending'));
  for await (const _ of queue) break;
  expect(closed).toBe(1);
});
