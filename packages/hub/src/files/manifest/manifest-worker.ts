// A thread that reads blobs and tells their chunks, so that the event loop of the hub never waits for it.
import { type FileHandle, open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import type { Manifest } from '@relevo/protocol';
import { chunkEnd, chunkMaxBytes } from './chunker.ts';

export interface ManifestJob {
  sha256: string;
  path: string;
}

export type ManifestOutcome = { sha256: string; manifest: Manifest } | { sha256: string; failure: string };

/** Four of the longest chunks: the less often what is left over moves to the front, the better. */
const windowBytes = 4 * chunkMaxBytes;

parentPort?.on('message', async (job: ManifestJob) => {
  parentPort?.postMessage(await outcome(job));
});

async function outcome({ sha256, path }: ManifestJob): Promise<ManifestOutcome> {
  try {
    return { sha256, manifest: await describe(sha256, path) };
  } catch (error) {
    return { sha256, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads the file in windows; jobs that run at once take turns at each. */
async function describe(sha256: string, path: string): Promise<Manifest> {
  const file = await open(path, 'r');
  try {
    const chunks: Manifest['chunks'] = [];
    const xxh3: string[] = [];
    const window = new Uint8Array(windowBytes);
    let size = 0;
    let held = 0;
    for (;;) {
      const filled = await fill(file, window, held, size + held);
      const last = filled < windowBytes;
      let start = 0;
      while (start < filled && (last || filled - start >= chunkMaxBytes)) {
        const end = chunkEnd(window, start, filled);
        const chunk = window.subarray(start, end);
        chunks.push([chunk.length, new Bun.CryptoHasher('sha256').update(chunk).digest('hex')]);
        xxh3.push(Bun.hash.xxHash3(chunk).toString(16).padStart(16, '0'));
        start = end;
      }
      size += start;
      if (last) return { sha256, size, chunks, xxh3 };
      window.copyWithin(0, start, filled);
      held = filled - start;
    }
  } finally {
    await file.close();
  }
}

/** Fills the window from `held` on with the file from `position` on; tells how far it is filled, less than whole only at the end of the file. */
async function fill(file: FileHandle, window: Uint8Array, held: number, position: number): Promise<number> {
  let filled = held;
  while (filled < window.length) {
    const { bytesRead } = await file.read(window, filled, window.length - filled, position + filled - held);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
