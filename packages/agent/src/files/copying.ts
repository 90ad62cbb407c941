// Brings to its place what of a file lies on this disk already: chunks that a delivered file has, and those that the file itself repeats.
import type { TransferBound } from '@relevo/protocol';
import type { ChunkMap } from './chunk-map.ts';
import type { Folder } from './folder.ts';
import type { KnownChunk, KnownChunks } from './known-chunks.ts';
import type { RangeWorkers } from './range-workers.ts';
import { repeatedChunks } from './repeated-chunks.ts';
import type { Activity } from './thread-activity.ts';
import { diskFailure } from './transfer-faults.ts';

/** A longer chunk is sent: it would be held in memory as a whole. Hubs cut chunks of 4 MiB at most. */
const copiedChunkMaxBytes = 16 * 1024 ** 2;

export interface CopyingOptions {
  map: ChunkMap;
  /** The partial file, open for reading and writing. */
  fd: number;
  known: Pick<KnownChunks, 'find' | 'forget' | 'drop'>;
  folder: Pick<Folder, 'path'>;
  workers: Pick<RangeWorkers, 'copy'>;
  /** What is copied in one go, bytes. */
  jobBytes: number;
  signal: AbortSignal;
  /** A chunk was copied and is what it should be. */
  onCopied(index: number): void;
  /** Chunks were given back: they have to be fetched. */
  onGivenBack(): void;
  /** @param error why nothing can be stored any more */
  fail(error: unknown): void;
}

export interface Copying {
  /** What is still to be copied, as far as is known now. */
  readonly bytesLeft: number;
  /** What copying waits for at this moment; undefined while nothing is copied. */
  wait(): TransferBound | undefined;
  /** Says that a chunk is verified, however it came: what repeats it is copied from it. */
  verified(index: number): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Forgets where everything was that was copied: the whole is not what it should be, though each chunk passed for it. */
  distrust(): Promise<void>;
}

/** One chunk to be copied. */
interface Piece {
  index: number;
  /** Absent when the file itself has it. */
  known: KnownChunk | undefined;
  /** Offset in the file that has it, bytes. */
  from: number;
}

/** Takes all that can be copied from the map, and begins to copy. */
export async function beginCopying(options: CopyingOptions): Promise<Copying> {
  const { map, fd, known, folder, workers, jobBytes, signal } = options;
  const { firsts, repeats } = repeatedChunks(map);
  /** Chunks that are copied, or will be once what they repeat is there. */
  const taken = new Set<number>();
  const queue: Piece[] = [];
  /** What was copied, by the file it was copied from. */
  const copied = new Map<number, string[]>();
  let next = 0;
  let bytesLeft = 0;
  let working: Promise<void> | undefined;
  let activity: () => Activity = () => 'waiting';

  function isCopied(index: number): boolean {
    return map.chunk(index).length <= copiedChunkMaxBytes;
  }

  function take(index: number): void {
    map.take(index);
    taken.add(index);
    bytesLeft += map.chunk(index).length;
  }

  /** True when it was one that copying had taken. */
  function leave(index: number): boolean {
    if (!taken.delete(index)) return false;
    bytesLeft -= map.chunk(index).length;
    return true;
  }

  function remember(source: number, sha256: string): void {
    const all = copied.get(source);
    if (all) all.push(sha256);
    else copied.set(source, [sha256]);
  }

  function queueRepeatsOf(first: number): void {
    for (const index of repeats.get(first) ?? []) queue.push({ index, known: undefined, from: map.chunk(first).start });
    repeats.delete(first);
  }

  /** The next pieces of the queue that one file has. */
  function nextPieces(): Piece[] {
    const pieces: Piece[] = [];
    let bytes = 0;
    for (let piece = queue[next]; piece; piece = queue[next]) {
      bytes += map.chunk(piece.index).length;
      if (pieces.length > 0 && (piece.known?.source !== pieces[0]?.known?.source || bytes > jobBytes)) break;
      pieces.push(piece);
      next += 1;
    }
    return pieces;
  }

  async function copy(pieces: readonly Piece[]): Promise<void> {
    const chunks = pieces.map(({ index, from }) => {
      const { start, length, sha256, xxh3 } = map.chunk(index);
      return { from, to: start, length, sha256, xxh3 };
    });
    const source = pieces[0]?.known;
    const listener = {
      onBegin(of: () => Activity) {
        activity = of;
      },
      onProgress(_bytes: number, verified: number[]) {
        for (const at of verified) {
          const index = pieces[at]?.index;
          if (index === undefined || !leave(index)) continue;
          if (source) remember(source.source, map.chunk(index).sha256);
          options.onCopied(index);
        }
      },
    };
    const outcome = await workers.copy({ path: source && folder.path(source.name), fd, chunks }, listener, signal);
    const left = pieces.map(({ index }) => index).filter(leave);
    for (const index of left) map.release({ first: index, count: 1 });
    if (outcome.kind === 'disk') throw diskFailure(outcome.code, outcome.reason);
    if (left.length === 0 || outcome.kind === 'aborted') return;
    options.onGivenBack();
    // What is gone, or has changed, is not looked for there again.
    if (source && outcome.kind === 'changed') await known.forget(source.name);
    const changed = left.map((index) => map.chunk(index).sha256);
    if (source && outcome.kind === 'done') await known.drop(source.source, changed);
  }

  async function work(): Promise<void> {
    while (next < queue.length && !signal.aborted) await copy(nextPieces());
  }

  function start(): void {
    if (working || next >= queue.length || signal.aborted) return;
    working = work()
      .catch(options.fail)
      .finally(() => {
        working = undefined;
        start();
      });
  }

  const places = await known.find(firsts.filter(isCopied).map(map.chunk));
  for (const index of firsts) {
    const place = places.get(map.chunk(index).sha256);
    if (!place || !isCopied(index)) continue;
    take(index);
    queue.push({ index, known: place, from: place.start });
  }
  for (const [first, others] of [...repeats]) {
    if (!isCopied(first)) repeats.delete(first);
    else for (const index of others) take(index);
    if (map.isVerified(first)) queueRepeatsOf(first);
  }
  start();

  return {
    get bytesLeft() {
      return bytesLeft;
    },
    wait: () => (working ? boundOf(activity()) : undefined),
    verified(index) {
      queueRepeatsOf(index);
      start();
    },
    async idle() {
      while (working) await working;
    },
    async distrust() {
      for (const [source, sha256s] of copied) await known.drop(source, sha256s);
    },
  };
}

/** Between two chunks a thread waits for nothing that could be told: what takes time about copying is the disk. */
function boundOf(activity: Activity): TransferBound {
  return activity === 'processor' ? 'processor' : 'disk';
}
