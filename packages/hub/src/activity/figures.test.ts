// Figures add up, and fall into the bucket of their time.
import { describe, expect, test } from 'bun:test';
import { addFigures, intoBuckets, noFigures } from './figures.ts';

const minute = 60_000;
const at = (time: number) => new Date(time).toISOString();

describe('figures', () => {
  test('of two spans add up, with the fewest and the most agents of both', () => {
    const one = { agents_online_min: 2, agents_online_max: 5, bytes_in: 10, bytes_out: 1, completed: 1, failed: 0, stopped: 3 };
    const other = { agents_online_min: 3, agents_online_max: 9, bytes_in: 5, bytes_out: 2, completed: 2, failed: 1, stopped: 0 };
    expect(addFigures(one, other)).toEqual({ agents_online_min: 2, agents_online_max: 9, bytes_in: 15, bytes_out: 3, completed: 3, failed: 1, stopped: 3 });
  });

  test('of a span in which nobody looked at agents leave theirs as they were', () => {
    const looked = { ...noFigures(), agents_online_min: 0, agents_online_max: 4 };
    expect(addFigures(looked, noFigures())).toEqual(looked);
    expect(addFigures(noFigures(), looked)).toEqual(looked);
  });

  test('fall into equal buckets, the empty ones without figures of agents', () => {
    const rows = [
      { at: at(10 * minute), ...noFigures(), agents_online_min: 1, agents_online_max: 1, bytes_in: 7 },
      { at: at(11 * minute), ...noFigures(), agents_online_min: 0, agents_online_max: 3, bytes_in: 1 },
      { at: at(14 * minute), ...noFigures(), completed: 1 },
    ];
    const buckets = intoBuckets(rows, 10 * minute, 15 * minute, 2 * minute);
    expect(buckets.map((bucket) => [bucket.at, bucket.agents_online_min, bucket.agents_online_max, bucket.bytes_in, bucket.completed])).toEqual([
      [at(10 * minute), 0, 3, 8, 0],
      [at(12 * minute), null, null, 0, 0],
      [at(14 * minute), null, null, 0, 1],
    ]);
  });

  test('outside of what is asked for are left out', () => {
    const rows = [{ at: at(0), ...noFigures(), completed: 1 }];
    expect(intoBuckets(rows, 10 * minute, 11 * minute, minute).every(({ completed }) => completed === 0)).toBe(true);
  });
});
