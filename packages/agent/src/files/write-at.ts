// Writes bytes at their place in a file, as the threads do that fetch and copy.
import { writeSync } from 'node:fs';

/** Written in one go. Linux takes ten times as long over a first write of a megabyte or more as over the same bytes in pieces of this size. */
const writeMaxBytes = 256 * 1024;

/** The disk did not take the bytes; `code` is the system's, as `ENOSPC`. */
interface DiskRefusal {
  kind: 'disk';
  code: string;
  reason: string;
}

/** Writes all of `bytes` in pieces; a short write goes on where it ended. */
export function writeAt(fd: number, bytes: Uint8Array, position: number): DiskRefusal | undefined {
  try {
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(fd, bytes, written, Math.min(writeMaxBytes, bytes.length - written), position + written);
    }
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { kind: 'disk', code, reason: error instanceof Error ? error.message : String(error) };
  }
}
