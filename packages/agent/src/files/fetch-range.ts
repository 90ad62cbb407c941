// Fetches one range of a file: every byte is written at its place, every chunk checked as it passes.
import { networkReason, refusalOf } from '../hub-link/hub-refusal.ts';
import { xxh3Of } from './chunk-digest.ts';
import type { RangeJob, RangeOutcome } from './range-messages.ts';
import { nowDoing } from './thread-activity.ts';
import { writeAt } from './write-at.ts';

/** Least time between two messages of progress, milliseconds. */
const progressIntervalMs = 40;

/** Told the bytes received since the last call, and the chunks (counted within the range) verified since. */
export type RangeProgress = (bytes: number, verified: number[]) => void;

/** Resolves to how it ended; never rejects. Chunks told as verified are written, though not yet synced. */
export async function fetchRange(job: RangeJob, signal: AbortSignal, onProgress: RangeProgress): Promise<RangeOutcome> {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), job.stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), job.stallMs);
  };
  try {
    const response = await fetch(job.url, { headers: headersOf(job), signal: AbortSignal.any([signal, stall.signal]) });
    alive();
    const refusal = await refusalOfRange(response, job);
    if (refusal) {
      response.body?.cancel().catch(() => {});
      return refusal;
    }
    return await store(partsOf(response, job), job, alive, onProgress);
  } catch (error) {
    if (signal.aborted) return { kind: 'aborted' };
    if (stall.signal.aborted) return { kind: 'cut', reason: `no byte for ${Math.round(job.stallMs / 1000)} s` };
    return { kind: 'cut', reason: networkReason(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** The body as it comes; or in one piece, which costs half the processor time, when the job says that it will not take long. */
async function* partsOf(response: Response, job: RangeJob): AsyncGenerator<Uint8Array> {
  if (job.isQuick && response.headers.get('content-length') === String(lengthOf(job))) {
    yield await response.bytes();
    return;
  }
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Ends the request when not everything was read; after a whole body it does nothing.
    reader.cancel().catch(() => {});
  }
}

function lengthOf({ chunks }: RangeJob): number {
  return chunks.reduce((sum, [bytes]) => sum + bytes, 0);
}

function headersOf(job: RangeJob): Record<string, string> {
  const { start, sha256, token } = job;
  // Without `identity` a proxy might compress the bytes, and give them another entity tag.
  return { authorization: `Bearer ${token}`, range: `bytes=${start}-${start + lengthOf(job) - 1}`, 'if-match': `"${sha256}"`, 'accept-encoding': 'identity' };
}

async function refusalOfRange(response: Response, { start, size, sha256 }: RangeJob): Promise<RangeOutcome | undefined> {
  if (response.status === 412) return { kind: 'changed' };
  // A proxy that drops the Range would send the whole file for every part of it.
  if (response.status === 200) return { kind: 'cut', reason: 'the hub sent the whole file instead of a range' };
  if (response.status !== 206) {
    const { status, code, message, retryAfterMs } = await refusalOf(response);
    return { kind: 'refused', status, code, reason: message, retryAfterMs };
  }
  if (response.headers.get('etag') !== `"${sha256}"`) return { kind: 'changed' };
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  if (Number(range?.[2]) !== size) return { kind: 'changed' };
  if (Number(range?.[1]) !== start) return { kind: 'cut', reason: 'the hub answered with another range' };
  return undefined;
}

async function store(parts: AsyncIterable<Uint8Array>, job: RangeJob, alive: () => void, onProgress: RangeProgress): Promise<RangeOutcome> {
  let position = job.start;
  let index = 0;
  let left = job.chunks[0]?.[0] ?? 0;
  let hash = new Bun.CryptoHasher('sha256');
  let unsaid = 0;
  let verified: number[] = [];
  let saidAt = performance.now();

  function say(): void {
    if (unsaid > 0 || verified.length > 0) onProgress(unsaid, verified);
    unsaid = 0;
    verified = [];
    saidAt = performance.now();
  }

  /** Stores the next bytes of the chunk at `index`; tells how many it took, or how the range ended. */
  function take(bytes: Uint8Array): number | RangeOutcome {
    const chunk = job.chunks[index];
    if (!chunk) return { kind: 'cut', reason: 'the hub sent more than the range' };
    const [length, sha256, xxh3] = chunk;
    const part = bytes.subarray(0, left);
    nowDoing('disk');
    const refused = writeAt(job.fd, part, position);
    if (refused) return refused;
    nowDoing('processor');
    position += part.length;
    unsaid += part.length;
    left -= part.length;
    // A chunk that lies whole in memory is checked the quick way: the SHA-256 of the file is checked over all of them at the end.
    const isWhole = part.length === length && xxh3 !== undefined;
    if (!isWhole) hash.update(part);
    if (left > 0) return part.length;
    if (isWhole ? xxh3Of(part) !== xxh3 : hash.digest('hex') !== sha256) return { kind: 'corrupted', index };
    verified.push(index);
    index += 1;
    left = job.chunks[index]?.[0] ?? 0;
    if (!isWhole) hash = new Bun.CryptoHasher('sha256');
    return part.length;
  }

  try {
    for await (const value of parts) {
      alive();
      for (let at = 0; at < value.length; ) {
        const taken = take(value.subarray(at));
        if (typeof taken !== 'number') return taken;
        at += taken;
      }
      nowDoing('waiting');
      if (performance.now() - saidAt >= progressIntervalMs) say();
    }
    return index === job.chunks.length ? { kind: 'done' } : { kind: 'cut', reason: 'the connection ended early' };
  } finally {
    nowDoing('waiting');
    say();
  }
}
