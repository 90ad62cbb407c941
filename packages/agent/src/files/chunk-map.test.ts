// The bookkeeping of chunks: nothing asked for twice, nothing forgotten.
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type ChunkRun, createChunkMap } from './chunk-map.ts';

function manifest(lengths: readonly number[]) {
  return {
    sha256: 'f'.repeat(64),
    size: lengths.reduce((sum, length) => sum + length, 0),
    chunks: lengths.map((length): [number, string] => [length, 'a'.repeat(64)]),
  };
}

test('runs are made of neighbours, in order, up to the limit, and at least one chunk', () => {
  const map = createChunkMap(manifest([10, 10, 10, 50, 10]));
  const runs = [map.nextRun(25), map.nextRun(25), map.nextRun(25), map.nextRun(25), map.nextRun(25)];
  expect(runs.map((run) => run && [run.start, run.length])).toEqual([[0, 20], [20, 10], [30, 50], [80, 10], undefined]);
});

test('what was given back is asked for again, first', () => {
  const map = createChunkMap(manifest([10, 10, 10, 10]));
  const first = map.nextRun(20) as ChunkRun;
  map.nextRun(20);
  map.verify(0);
  map.release(first);
  expect(map.nextRun(100)).toEqual({ first: 1, count: 1, start: 10, length: 10 });
});

test('the frontier waits for the first chunk that is missing', () => {
  const map = createChunkMap(manifest([10, 20, 30]));
  map.verify(1);
  expect([map.frontier, map.verifiedBytes]).toEqual([0, 20]);
  map.verify(0);
  expect([map.frontier, map.verifiedBytes, map.complete]).toEqual([30, 30, false]);
  map.verify(2);
  expect([map.frontier, map.complete]).toEqual([60, true]);
});

test('a chunk that is verified twice counts once', () => {
  const map = createChunkMap(manifest([10, 20]));
  map.verify(0);
  map.verify(0);
  expect(map.verifiedBytes).toBe(10);
});

test('an empty file is complete from the start', () => {
  const map = createChunkMap(manifest([]));
  expect([map.complete, map.nextRun(10), map.bits().length]).toEqual([true, undefined, 0]);
});

describe('whatever arrives in whatever order', () => {
  test('every byte is asked for exactly once, and the map survives being saved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (lengths, maxBytes, before) => {
          const full = manifest(lengths);
          const first = createChunkMap(full);
          for (const index of before) if (index < lengths.length) first.verify(index);
          const map = createChunkMap(full, first.bits());
          expect([map.verifiedBytes, map.frontier, map.complete]).toEqual([first.verifiedBytes, first.frontier, first.complete]);
          let asked = map.verifiedBytes;
          for (let run = map.nextRun(maxBytes); run; run = map.nextRun(maxBytes)) {
            asked += run.length;
            for (let index = run.first; index < run.first + run.count; index += 1) map.verify(index);
          }
          expect([asked, map.complete, map.frontier]).toEqual([full.size, true, full.size]);
        },
      ),
    );
  });
});
