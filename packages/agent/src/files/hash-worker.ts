// Entry of the thread that hashes whole files behind the frontier of what is verified, while the rest still arrives.
import { readSync } from 'node:fs';
import { nowDoing, showActivityIn } from './thread-activity.ts';
import type { FromHashWorker, ToHashWorker } from './whole-hash.ts';

declare const self: Worker;

interface Reading {
  fd: number;
  position: number;
  limit: number;
  size: number;
  hash: Bun.CryptoHasher;
}

const readBytes = 256 * 1024;
/** Read in one go before messages are looked at again. */
const turnBytes = 8 * 1024 * 1024;

const readings = new Map<number, Reading>();
const buffer = Buffer.allocUnsafe(readBytes);
let turning = false;
/** A message came since the last look at what there is to do. */
let news = false;

function tell(message: FromHashWorker): void {
  self.postMessage(message);
}

/** Hashes up to `turnBytes` of one file; false when there was nothing to do. */
function turn(id: number, reading: Reading): boolean {
  const end = Math.min(reading.limit, reading.position + turnBytes);
  if (reading.position >= end && reading.position < reading.size) return false;
  while (reading.position < end) {
    nowDoing('disk');
    const read = readSync(reading.fd, buffer, 0, Math.min(readBytes, end - reading.position), reading.position);
    if (read === 0) throw new Error('the partial file ended early');
    nowDoing('processor');
    reading.hash.update(buffer.subarray(0, read));
    reading.position += read;
  }
  if (reading.position === reading.size) {
    readings.delete(id);
    tell({ type: 'digest', id, sha256: reading.hash.digest('hex') });
  }
  return true;
}

async function turnAll(): Promise<void> {
  news = true;
  if (turning) return;
  turning = true;
  for (let busy = true; busy || news; ) {
    busy = false;
    news = false;
    for (const [id, reading] of [...readings]) {
      try {
        busy = turn(id, reading) || busy;
      } catch (error) {
        readings.delete(id);
        tell({ type: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  turning = false;
  nowDoing('waiting');
}

self.onmessage = ({ data }: MessageEvent<ToHashWorker>) => {
  if (data.type === 'show') {
    showActivityIn(data.activity);
  } else if (data.type === 'begin') {
    readings.set(data.id, { fd: data.fd, size: data.size, position: 0, limit: 0, hash: new Bun.CryptoHasher('sha256') });
  } else if (data.type === 'advance') {
    const reading = readings.get(data.id);
    if (reading) reading.limit = data.limit;
  } else {
    readings.delete(data.id);
    tell({ type: 'cancelled', id: data.id });
  }
  void turnAll();
};
