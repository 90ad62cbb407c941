// Copies chunks from a file of this disk to their places in another, each checked before it is written.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isChunk } from './chunk-digest.ts';
import type { RangeProgress } from './fetch-range.ts';
import type { CopyJob, RangeOutcome } from './range-messages.ts';
import { nowDoing } from './thread-activity.ts';
import { writeAt } from './write-at.ts';

/** Holds the chunk at hand; kept between jobs, since new memory costs as much as copying into it. */
let buffer = new Uint8Array();

/**
 * Resolves to how it ended; never rejects. Chunks told as verified are written, though not yet synced; one that is not told is not
 * where it was, or has changed.
 */
export async function copyChunks(job: CopyJob, signal: AbortSignal, onProgress: RangeProgress): Promise<RangeOutcome> {
  const source = job.path === undefined ? job.fd : openPlain(job.path);
  if (source === undefined) return { kind: 'changed' };
  try {
    for (const [index, chunk] of job.chunks.entries()) {
      if (signal.aborted) return { kind: 'aborted' };
      nowDoing('disk');
      const bytes = readAt(source, chunk.from, chunk.length);
      nowDoing('processor');
      if (bytes && isChunk(bytes, chunk)) {
        nowDoing('disk');
        const refused = writeAt(job.fd, bytes, chunk.to);
        if (refused) return refused;
        onProgress(bytes.length, [index]);
      }
      nowDoing('waiting');
      // Ranges on this thread have their turn, and so has an abort.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { kind: 'done' };
  } finally {
    nowDoing('waiting');
    if (job.path !== undefined) closeSync(source);
  }
}

/** Opens a file to read; undefined when it is not there, or something else is: a pipe that somebody put there must not hold up the thread. */
function openPlain(path: string): number | undefined {
  let fd: number | undefined;
  try {
    // Windows has no such flag, and no such pipes.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (fstatSync(fd).isFile()) return fd;
  } catch {
    // Whatever it is that cannot be read: the chunks are fetched.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/** `length` bytes; undefined when the file ends before, or cannot be read there. */
function readAt(fd: number, position: number, length: number): Uint8Array | undefined {
  if (buffer.length < length) buffer = new Uint8Array(length);
  try {
    for (let read = 0; read < length; ) {
      const more = readSync(fd, buffer, read, length - read, position + read);
      if (more === 0) return undefined;
      read += more;
    }
    return buffer.subarray(0, length);
  } catch {
    return undefined;
  }
}
