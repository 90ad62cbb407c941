// Token buckets: the burst, the rate, and that what is forgotten is only what is full or oldest.
import { expect, test } from 'bun:test';
import { TokenBuckets } from './token-buckets.ts';

function bucketsAt(options: { capacity: number; perSecond: number; bucketsMax?: number }) {
  let now = 0;
  const buckets = new TokenBuckets({ bucketsMax: 1000, ...options, now: () => now });
  return {
    buckets,
    after(milliseconds: number) {
      now += milliseconds;
    },
    /** How many of `count` takes were granted. */
    granted: (key: string, count: number) => Array.from({ length: count }, () => buckets.take(key)).filter((waitMs) => waitMs === 0).length,
  };
}

test('a burst takes the capacity and no more', () => {
  const { granted } = bucketsAt({ capacity: 20, perSecond: 2 });
  expect(granted('a', 50)).toBe(20);
});

test('a key takes nothing from another', () => {
  const { granted } = bucketsAt({ capacity: 3, perSecond: 1 });
  expect([granted('a', 9), granted('b', 9)]).toEqual([3, 3]);
});

test('an empty bucket fills at its rate, and tells when there is one', () => {
  const { buckets, granted, after } = bucketsAt({ capacity: 20, perSecond: 2 });
  granted('a', 20);
  expect(buckets.take('a')).toBe(500);
  after(499);
  expect(buckets.take('a')).toBeCloseTo(1);
  after(2);
  expect(buckets.take('a')).toBe(0);
  after(3000);
  expect(granted('a', 20)).toBe(6);
});

test('a bucket does not fill beyond its capacity', () => {
  const { granted, after } = bucketsAt({ capacity: 5, perSecond: 100 });
  granted('a', 5);
  after(3_600_000);
  expect(granted('a', 50)).toBe(5);
});

test('what was given back can be taken again, and no more', () => {
  const { buckets, granted } = bucketsAt({ capacity: 2, perSecond: 1 });
  granted('a', 2);
  buckets.giveBack('a');
  expect(granted('a', 5)).toBe(1);
  for (let count = 0; count < 5; count += 1) buckets.giveBack('a');
  expect(granted('a', 5)).toBe(2);
  buckets.giveBack('unknown');
  expect(granted('unknown', 5)).toBe(2);
});

test('asking how long takes nothing', () => {
  const { buckets, granted } = bucketsAt({ capacity: 2, perSecond: 1 });
  for (let count = 0; count < 5; count += 1) expect(buckets.wait('a')).toBe(0);
  expect(buckets.size).toBe(0);
  expect(granted('a', 5)).toBe(2);
  expect(buckets.wait('a')).toBe(1000);
});

test('buckets that are full again are forgotten', () => {
  const { buckets, granted, after } = bucketsAt({ capacity: 10, perSecond: 10 });
  for (let key = 0; key < 100; key += 1) granted(`k${key}`, 10);
  expect(buckets.size).toBe(100);
  after(1000);
  granted('new', 1);
  expect(buckets.size).toBe(1);
});

test('beyond the bound the one unused for longest goes, and those in use stay', () => {
  const { buckets, granted, after } = bucketsAt({ capacity: 2, perSecond: 0.001, bucketsMax: 3 });
  for (const key of ['a', 'b', 'c']) granted(key, 2);
  after(1);
  expect(granted('a', 1)).toBe(0);
  granted('d', 2);
  expect(buckets.size).toBe(3);
  expect([granted('a', 1), granted('c', 1)]).toEqual([0, 0]);
  expect(granted('b', 1)).toBe(1);
  expect(buckets.size).toBe(3);
});
