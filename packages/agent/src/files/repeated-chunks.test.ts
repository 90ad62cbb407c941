// Equal chunks are found, whichever of them is there already.
import { expect, test } from 'bun:test';
import { createChunkMap } from './chunk-map.ts';
import { repeatedChunks } from './repeated-chunks.ts';

/** A map of chunks of ten bytes, equal where the letters are; `verified` tells which are there. */
function mapOf(letters: string, verified: readonly number[] = []) {
  const map = createChunkMap({
    sha256: 'f'.repeat(64),
    size: letters.length * 10,
    chunks: [...letters].map((letter): [number, string] => [10, letter.repeat(64)]),
  });
  for (const index of verified) map.verify(index);
  return map;
}

test.each([
  ['a file that repeats nothing', 'abc', [], [0, 1, 2], []],
  [
    'chunks that come again',
    'aabab',
    [],
    [0, 2],
    [
      [0, [1, 3]],
      [2, [4]],
    ],
  ],
  ['what is verified and comes again', 'aba', [0], [1], [[0, [2]]]],
  ['what comes again and is verified only there', 'aba', [2], [1], [[2, [0]]]],
  ['what is verified in both places', 'aba', [0, 2], [1], []],
  ['an empty file', '', [], [], []],
] as [string, string, number[], number[], [number, number[]][]][])('tells of %s', (_, letters, verified, firsts, repeats) => {
  const found = repeatedChunks(mapOf(letters, verified));
  expect([found.firsts, [...found.repeats]]).toEqual([firsts, repeats]);
});
