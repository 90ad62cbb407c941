// What passes between the transfers and the threads that fetch ranges and copy chunks for them.
import type { ActivityCell } from './thread-activity.ts';

export interface RangeJob {
  id: number;
  url: string;
  token: string;
  /** The SHA-256 of the whole file: its entity tag, and the file asked for. */
  sha256: string;
  /** Open file to write to; descriptors are shared by all threads of the process. */
  fd: number;
  /** Size of the whole file and first byte of the range. */
  size: number;
  start: number;
  /** Length, SHA-256 and, when the manifest has it, XXH3-64 of each chunk of the range, in order. */
  chunks: [length: number, sha256: string, xxh3: string | undefined][];
  stallMs: number;
  /** At the present rate the range takes so little time that nobody misses what happens in between. */
  isQuick: boolean;
}

export interface CopyJob {
  id: number;
  /** Path of the file that has the chunks; absent when it is the one written to. */
  path: string | undefined;
  /** Open file to write to. */
  fd: number;
  chunks: CopiedChunk[];
}

export interface CopiedChunk {
  /** Offset in the file that has it, and in the one written to. */
  from: number;
  to: number;
  length: number;
  sha256: string;
  xxh3: string | undefined;
}

/** How a range, or the copying of chunks, ended. */
export type RangeOutcome =
  | { kind: 'done' }
  /** The hub answered with another status than 206. */
  | { kind: 'refused'; status: number; code: string; reason: string; retryAfterMs: number | undefined }
  /** The file behind the address is not the one asked for, or there is no file to copy from. */
  | { kind: 'changed' }
  /** The connection ended, stalled or never came about. */
  | { kind: 'cut'; reason: string }
  /** A chunk does not have its SHA-256; `index` within the range. What came after it was not read. */
  | { kind: 'corrupted'; index: number }
  /** The disk did not take the bytes. */
  | { kind: 'disk'; code: string; reason: string }
  | { kind: 'aborted' };

export type ToRangeWorker =
  /** The first message: where the thread says what it does. */
  { type: 'begin'; activity: ActivityCell } | { type: 'fetch'; job: RangeJob } | { type: 'copy'; job: CopyJob } | { type: 'abort'; id: number };

export type FromRangeWorker =
  /** Bytes received or copied since the last message, and the chunks (within the range or the job) verified since. */
  { type: 'progress'; id: number; bytes: number; verified: number[] } | { type: 'ended'; id: number; outcome: RangeOutcome };
