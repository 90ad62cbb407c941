// Chunks: the same for ever, within their bounds, and little disturbed by a change.
import { describe, expect, test } from 'bun:test';
import { sha256Of, someBytes } from '../files-hub.fixture.ts';
import { chunkAverageBytes, chunkEnd, chunkMaxBytes, chunkMinBytes } from './chunker.ts';

function cut(data: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let start = 0; start < data.length; ) {
    const end = chunkEnd(data, start, data.length);
    lengths.push(end - start);
    start = end;
  }
  return lengths;
}

function hashes(data: Uint8Array): Set<string> {
  let start = 0;
  return new Set(
    cut(data).map((length) => {
      start += length;
      return sha256Of(data.subarray(start - length, start));
    }),
  );
}

const data = someBytes(32 * 1024 ** 2, 77);

test('cuts known bytes where every release before cut them', () => {
  expect(cut(data.subarray(0, 8 * 1024 ** 2))).toEqual([1069215, 286839, 1450994, 1280729, 1231567, 846732, 1194920, 1027612]);
});

test('keeps every chunk within its bounds and all of them near the average', () => {
  const lengths = cut(data);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(data.length);
  for (const length of lengths.slice(0, -1)) {
    expect(length).toBeGreaterThanOrEqual(chunkMinBytes);
    expect(length).toBeLessThanOrEqual(chunkMaxBytes);
  }
  const average = data.length / lengths.length;
  expect(average).toBeGreaterThan(chunkAverageBytes * 0.8);
  expect(average).toBeLessThan(chunkAverageBytes * 1.5);
});

test('cuts bytes that are all the same at the longest', () => {
  expect(cut(new Uint8Array(10 * 1024 ** 2))).toEqual([chunkMaxBytes, chunkMaxBytes, 2 * 1024 ** 2]);
});

test.each([1, chunkMinBytes - 1, chunkMinBytes])('leaves %i bytes whole', (length) => {
  expect(cut(data.subarray(0, length))).toEqual([length]);
});

describe('after a change, most chunks are as before', () => {
  const before = hashes(data);
  const middle = 16 * 1024 ** 2;
  test.each([
    ['one byte inserted', [data.subarray(0, middle), Uint8Array.of(1), data.subarray(middle)]],
    ['a thousand bytes taken out', [data.subarray(0, middle), data.subarray(middle + 1000)]],
    ['one byte changed', [data.subarray(0, middle), Uint8Array.of((data[middle] ?? 0) ^ 1), data.subarray(middle + 1)]],
    ['bytes put before all', [someBytes(5000, 5), data]],
  ])('%s', (_, parts) => {
    const after = hashes(new Uint8Array(Buffer.concat(parts)));
    expect(after.difference(before).size).toBeLessThanOrEqual(3);
  });
});
