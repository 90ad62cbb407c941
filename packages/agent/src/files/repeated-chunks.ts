// Which chunks of a file are equal to another one of the same file: they need not come a second time.
import type { ChunkMap } from './chunk-map.ts';

interface RepeatedChunks {
  /** Chunks that are not verified, and of which no equal one is verified or comes before: those that have to come from somewhere. */
  firsts: number[];
  /** For a chunk, those equal to it that are not verified. */
  repeats: Map<number, number[]>;
}

export function repeatedChunks(map: ChunkMap): RepeatedChunks {
  const firstOf = new Map<string, number>();
  // What is there already is the best to copy from, wherever it stands.
  for (let index = 0; index < map.count; index += 1) {
    const { sha256 } = map.chunk(index);
    if (map.isVerified(index) && !firstOf.has(sha256)) firstOf.set(sha256, index);
  }
  const firsts: number[] = [];
  const repeats = new Map<number, number[]>();
  for (let index = 0; index < map.count; index += 1) {
    if (map.isVerified(index)) continue;
    const { sha256 } = map.chunk(index);
    const first = firstOf.get(sha256);
    if (first === undefined) {
      firstOf.set(sha256, index);
      firsts.push(index);
    } else {
      const others = repeats.get(first);
      if (others) others.push(index);
      else repeats.set(first, [index]);
    }
  }
  return { firsts, repeats };
}
