// A count over a sliding window: what is within it counts, what fell out does not, and a clock that jumps breaks nothing.
import { expect, test } from 'bun:test';
import { SlidingCount } from './sliding-count.ts';

function countAt(seconds: number, from = 1_000_000) {
  let now = from;
  const count = new SlidingCount(seconds, () => now);
  return {
    count,
    at(milliseconds: number) {
      now = from + milliseconds;
      return count;
    },
  };
}

test('counts what is within the window, whole seconds at a time', () => {
  const { at } = countAt(10);
  at(0).add(5);
  at(4_900).add(7);
  expect(at(9_999).total()).toBe(12);
  expect(at(10_000).total()).toBe(7);
  expect(at(13_999).total()).toBe(7);
  expect(at(14_000).total()).toBe(0);
});

test('holds a steady load to its rate, however long it lasts', () => {
  const { at } = countAt(10);
  for (let ms = 0; ms < 120_000; ms += 100) at(ms).add(3);
  expect(at(119_999).total()).toBe(300);
});

test('forgets everything after a silence that is longer than the window', () => {
  const { at } = countAt(60);
  at(0).add(1_000);
  expect(at(3_600_000).total()).toBe(0);
  at(3_600_000).add();
  expect(at(3_600_500).total()).toBe(1);
});

test('goes on counting when the clock is set back', () => {
  const { at } = countAt(10);
  at(50_000).add(4);
  at(20_000).add(2);
  expect(at(20_000).total()).toBeGreaterThanOrEqual(2);
  expect(at(31_000).total()).toBe(0);
});
