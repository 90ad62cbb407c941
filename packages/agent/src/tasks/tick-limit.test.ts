// Coalescing: the first at once, the newest of the rest, none after the end.
import { afterEach, beforeEach, expect, jest, test } from 'bun:test';
import { createTickLimit } from './tick-limit.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('emits the first at once and the newest of the others after the interval', () => {
  const seen: number[] = [];
  const limit = createTickLimit<number>(50, (value) => seen.push(value));
  for (const value of [1, 2, 3]) limit.offer(value);
  expect(seen).toEqual([1]);
  jest.advanceTimersByTime(50);
  expect(seen).toEqual([1, 3]);
  jest.advanceTimersByTime(500);
  expect(seen).toEqual([1, 3]);
  limit.offer(4);
  expect(seen).toEqual([1, 3, 4]);
});

test('emits nothing after the end', () => {
  const seen: number[] = [];
  const limit = createTickLimit<number>(50, (value) => seen.push(value));
  limit.offer(1);
  limit.offer(2);
  limit.end();
  limit.offer(3);
  jest.advanceTimersByTime(500);
  expect(seen).toEqual([1]);
});
