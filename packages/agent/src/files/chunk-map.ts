// Which chunks of a file are verified, which are on their way and which are still to be asked for.
import type { Manifest } from '@relevo/protocol';

export interface Chunk {
  /** Offset in the file, bytes. */
  start: number;
  length: number;
  sha256: string;
  /** XXH3-64, when the manifest has it. */
  xxh3: string | undefined;
}

/** Chunks next to each other, asked for in one request. */
export interface ChunkRun {
  first: number;
  count: number;
  /** Offset in the file, bytes. */
  start: number;
  /** Bytes. */
  length: number;
}

export interface ChunkMap {
  readonly size: number;
  readonly count: number;
  readonly verifiedBytes: number;
  /** Everything before this offset is verified. */
  readonly frontier: number;
  readonly complete: boolean;
  /** The next chunks nobody fetches, in order, at most `maxBytes` of them but at least one; they count as being fetched from now on. */
  nextRun(maxBytes: number): ChunkRun | undefined;
  /** Takes a chunk that comes another way: it is not asked for, unless it is given back. */
  take(index: number): void;
  verify(index: number): void;
  isVerified(index: number): boolean;
  /** Gives back what of a run was not verified. */
  release(run: Pick<ChunkRun, 'first' | 'count'>): void;
  chunk(index: number): Chunk;
  /** One bit per chunk, lowest bit first: verified. */
  bits(): Uint8Array<ArrayBuffer>;
}

const needed = 0;
const onItsWay = 1;
const verified = 2;

/** `verifiedBits` is what `bits()` gave earlier for the same manifest. */
export function createChunkMap({ size, chunks, xxh3 }: Manifest, verifiedBits: Uint8Array = new Uint8Array()): ChunkMap {
  const states = new Uint8Array(chunks.length);
  const starts = new Float64Array(chunks.length + 1);
  for (const [index, [length]] of chunks.entries()) starts[index + 1] = start(index) + length;
  let verifiedBytes = 0;
  /** Every chunk before this one is verified. */
  let frontierIndex = 0;
  /** No chunk before this one is needed. */
  let cursor = 0;

  function start(index: number): number {
    return starts[index] ?? 0;
  }

  function verify(index: number): void {
    if (states[index] === verified) return;
    states[index] = verified;
    verifiedBytes += start(index + 1) - start(index);
    while (states[frontierIndex] === verified) frontierIndex += 1;
  }

  for (let index = 0; index < chunks.length; index += 1) {
    if (((verifiedBits[index >> 3] ?? 0) >> (index & 7)) & 1) verify(index);
  }

  return {
    size,
    count: chunks.length,
    get verifiedBytes() {
      return verifiedBytes;
    },
    get frontier() {
      return start(frontierIndex);
    },
    get complete() {
      return frontierIndex === chunks.length;
    },
    nextRun(maxBytes) {
      while (cursor < chunks.length && states[cursor] !== needed) cursor += 1;
      if (cursor >= chunks.length) return undefined;
      const first = cursor;
      do {
        states[cursor] = onItsWay;
        cursor += 1;
      } while (cursor < chunks.length && states[cursor] === needed && start(cursor + 1) - start(first) <= maxBytes);
      return { first, count: cursor - first, start: start(first), length: start(cursor) - start(first) };
    },
    take(index) {
      if (states[index] === needed) states[index] = onItsWay;
    },
    verify,
    isVerified: (index) => states[index] === verified,
    release({ first, count }) {
      for (let index = first; index < first + count; index += 1) {
        if (states[index] !== onItsWay) continue;
        states[index] = needed;
        cursor = Math.min(cursor, index);
      }
    },
    chunk(index) {
      const entry = chunks[index];
      if (!entry) throw new RangeError(`the manifest has no chunk ${index}`);
      return { start: start(index), length: entry[0], sha256: entry[1], xxh3: xxh3?.[index] };
    },
    bits() {
      const bits = new Uint8Array(Math.ceil(chunks.length / 8));
      for (const [index, state] of states.entries()) if (state === verified) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
      return bits;
    },
  };
}
