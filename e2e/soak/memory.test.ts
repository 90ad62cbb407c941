// The verdict on memory: a level is bounded however it jitters, a leak is not however slow it begins.
import { expect, test } from 'bun:test';
import { growthOf, residentBytes } from './memory.ts';

const MiB = 1024 ** 2;
const series = (length: number, at: (index: number) => number) => Array.from({ length }, (_, index) => at(index) * MiB);

test('a level that jitters is bounded', () => {
  expect(growthOf(series(120, (index) => 150 + (index % 7) * 5)).isBounded).toBe(true);
});

test('a steep beginning that levels out is bounded', () => {
  expect(growthOf(series(120, (index) => 100 + Math.min(index, 30) * 5)).isBounded).toBe(true);
});

test('a steady climb is not', () => {
  expect(growthOf(series(120, (index) => 150 + index * 1.5)).isBounded).toBe(false);
});

test('one peak says nothing', () => {
  expect(growthOf(series(120, (index) => (index === 119 ? 2_000 : 150))).isBounded).toBe(true);
});

test('too few samples are no proof', () => {
  expect(() => growthOf(series(4, () => 150))).toThrow('too few');
});

test('the memory of this process is that of a process', async () => {
  expect(await residentBytes(process.pid)).toBeGreaterThan(10 * MiB);
});
