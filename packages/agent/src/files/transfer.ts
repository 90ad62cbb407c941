// Completes a file: what the disk has already is copied, the rest fetched, several ranges at once, until every chunk is verified and the whole has its SHA-256.
import { fsync } from 'node:fs';
import { promisify } from 'node:util';
import { backoffDelay, type StepText, type TransferBound } from '@relevo/protocol';
import type { Access } from '../hub-link/access.ts';
import type { AgentSettings } from '../settings.ts';
import { type Measures, TaskFailure, TaskPutOff } from '../tasks/task-handler.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { ChunkMap, ChunkRun } from './chunk-map.ts';
import { beginCopying, type Copying } from './copying.ts';
import type { Folder } from './folder.ts';
import type { KnownChunks } from './known-chunks.ts';
import type { RangeJob, RangeOutcome } from './range-messages.ts';
import type { RangeWorkers } from './range-workers.ts';
import type { Activity } from './thread-activity.ts';
import { diskFailureOf, type Interruption, interruptionOf, interruptionOfRange } from './transfer-faults.ts';
import { createTransferMeasures } from './transfer-measures.ts';
import { createSaver } from './transfer-saver.ts';
import type { WholeHashes } from './whole-hash.ts';

export interface TransferOptions {
  /** Address of the content. */
  url: string;
  sha256: string;
  map: ChunkMap;
  /** The partial file, open for reading and writing. */
  fd: number;
  /** Bytes of what is verified that an earlier run copied. */
  copied: number;
  known: KnownChunks;
  folder: Folder;
  workers: RangeWorkers;
  bandwidth: Bandwidth;
  hashes: WholeHashes;
  access: Access;
  settings: AgentSettings;
  signal: AbortSignal;
  tick(text: StepText, measures: Measures): void;
  report(text: StepText, measures: Measures): Promise<void>;
  /** Remembers what is verified, and how many bytes of it were copied; called once they are on the disk. */
  save(verified: Uint8Array, copied: number): Promise<void>;
}

/** How often progress is told and saved while nothing arrives: rate and time left stay true, and nothing verified waits for ever. */
const idleTickMs = 500;
/** A range that takes no longer than this is fetched in one piece. */
const quickRangeMs = 500;
/** One that takes much longer all the same is given up: the link became slow, and the next attempt will see that. */
const quickStallMs = 5000;
/** A whole-file check that takes longer than this is told. */
const verifyingToldAfterMs = 300;

/** How often it is looked what the ranges wait for. */
const lookMs = 50;

const sync = promisify(fsync);

/**
 * Resolves when the file at `fd` is whole, verified and on the disk, to how many bytes of it were copied. Nothing touches `fd` after it has settled.
 * @throws TaskFailure, or the reason of the signal
 */
export async function runTransfer(options: TransferOptions): Promise<number> {
  const { map, settings, signal, fd } = options;
  const told = createTransferMeasures(map, settings.TRANSFER_RATE_WINDOW_MS, lookMs);
  const ranges = new AbortController();
  const onAbort = () => ranges.abort();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) ranges.abort();
  const hash = options.hashes.begin(fd, map.size);
  hash.advance(map.frontier);

  const inFlight = new Map<ChunkRun, Promise<void>>();
  /** What each range that is under way waits for. */
  const waits = new Map<ChunkRun, () => TransferBound>();
  let isSyncing = false;
  const corruptions = new Map<number, number>();
  let failure: unknown;
  let text: StepText = { code: 'delivery.receiving' };
  let interruptions = 0;
  let pausedUntil = 0;
  let wasCut = false;
  let wake = () => {};
  let copied = options.copied;
  let copying: Copying | undefined;

  // While nothing can be fetched, the text itself says why.
  const measures = () => told.measures(copying?.bytesLeft ?? 0, text.code === 'delivery.retrying');

  function look(): void {
    if (isSyncing) told.look(['disk']);
    else if (map.complete) told.look([options.hashes.activity() === 'disk' ? 'disk' : 'processor']);
    else told.lookAt({ ranges: [...waits.values()].map((wait) => wait()), copying: copying?.wait(), bytesToCopy: copying?.bytesLeft ?? 0 });
  }

  function fail(error: unknown): void {
    failure ??= error;
    ranges.abort();
    wake();
  }

  /** Several ranges that break together are one interruption; while another still brings bytes, people are told nothing. */
  async function interrupt({ reason, retryAfterMs }: Interruption): Promise<void> {
    if (ranges.signal.aborted) return;
    if (Date.now() >= pausedUntil) {
      const backoff = backoffDelay(interruptions, { delayMinMs: settings.RECONNECT_DELAY_MIN_MS, delayMaxMs: settings.RECONNECT_DELAY_MAX_MS });
      interruptions += 1;
      pausedUntil = Date.now() + Math.max(backoff, retryAfterMs ?? 0);
    }
    // One that waits for its turn under the rate limit brings nothing.
    if (copying?.wait() || [...waits.values()].some((wait) => wait() !== 'rate_limit')) return;
    const isFirst = text.code !== 'delivery.retrying';
    text = { code: 'delivery.retrying', values: { reason: reason.slice(0, 300), seconds: Math.ceil((pausedUntil - Date.now()) / 1000) } };
    if (isFirst) await options.report(text, measures());
    else options.tick(text, measures());
  }

  function verified(index: number): void {
    map.verify(index);
    hash.advance(map.frontier);
    copying?.verified(index);
    saver.look();
  }

  async function fetched(run: ChunkRun, bytes: number, indexes: readonly number[]): Promise<void> {
    told.fetched(run, bytes);
    for (const index of indexes) {
      told.verified(run, map.chunk(run.first + index).length);
      verified(run.first + index);
    }
    if (indexes.length > 0) {
      interruptions = 0;
      if (text.code === 'delivery.retrying') {
        text = { code: 'delivery.receiving' };
        await options.report(text, measures());
        return;
      }
    }
    options.tick(text, measures());
  }

  function onCopied(index: number): void {
    const { length } = map.chunk(index);
    copied += length;
    told.copied(length);
    verified(index);
    if (map.complete) wake();
    options.tick(text, measures());
  }

  async function fetchRun(run: ChunkRun): Promise<void> {
    const outcome = await fetchOnce(run);
    waits.delete(run);
    told.ended(run);
    map.release(run);
    await settle(run, outcome);
  }

  async function fetchOnce(run: ChunkRun): Promise<RangeOutcome | Interruption> {
    let token: string;
    try {
      waits.set(run, () => 'rate_limit');
      await options.bandwidth.turn(run.length, ranges.signal);
      waits.set(run, () => 'network');
      token = await options.access.token();
    } catch (error) {
      if (ranges.signal.aborted) return { kind: 'aborted' };
      return interruptionOf(error);
    }
    const chunks = Array.from({ length: run.count }, (_, index): RangeJob['chunks'][number] => {
      const { length, sha256, xxh3 } = map.chunk(run.first + index);
      return [length, sha256, xxh3];
    });
    // The ranges under way share the rate. Where a range was cut, the next ones are read as they come: a cut then costs the chunk it hit.
    const isQuick = !wasCut && run.length * inFlight.size * 1000 <= told.fetchRate() * quickRangeMs;
    const job = {
      isQuick,
      url: options.url,
      token,
      sha256: options.sha256,
      fd,
      size: map.size,
      start: run.start,
      chunks,
      stallMs: isQuick ? Math.min(quickStallMs, settings.TRANSFER_STALL_MAX_MS) : settings.TRANSFER_STALL_MAX_MS,
    };
    const onBegin = (activity: () => Activity) => waits.set(run, () => boundOf(activity()));
    const onProgress = (bytes: number, indexes: number[]) => void fetched(run, bytes, indexes).catch(fail);
    const outcome = await options.workers.fetch(job, { onBegin, onProgress }, ranges.signal);
    if (outcome.kind === 'refused' && outcome.status === 401) options.access.reject(token);
    if (outcome.kind === 'cut') wasCut = true;
    return outcome;
  }

  async function settle(run: ChunkRun, outcome: RangeOutcome | Interruption): Promise<void> {
    if (!('kind' in outcome)) return interrupt(outcome);
    if (outcome.kind === 'done' || outcome.kind === 'aborted') return;
    if (outcome.kind !== 'corrupted') return interrupt(interruptionOfRange(outcome));
    const index = run.first + outcome.index;
    const attempts = (corruptions.get(index) ?? 0) + 1;
    corruptions.set(index, attempts);
    if (attempts >= settings.CHUNK_ATTEMPTS_MAX) throw new TaskFailure({ code: 'delivery.corrupted', values: { attempts } });
  }

  function fill(): void {
    while (inFlight.size < settings.TRANSFER_RANGES_AT_ONCE_MAX) {
      const run = map.nextRun(Math.min(settings.TRANSFER_RANGE_BYTES, options.bandwidth.requestBytes));
      if (!run) return;
      inFlight.set(
        run,
        fetchRun(run)
          .catch(fail)
          .finally(() => {
            inFlight.delete(run);
            wake();
          }),
      );
    }
  }

  const saver = createSaver({ map, fd, settings, save: (bits) => options.save(bits, copied), fail });
  const idle = setInterval(() => {
    options.tick(text, measures());
    saver.look();
  }, idleTickMs);
  const looks = setInterval(look, lookMs);
  try {
    const jobBytes = settings.TRANSFER_RANGE_BYTES;
    copying = await beginCopying({ ...options, signal: ranges.signal, jobBytes, onCopied, onGivenBack: () => wake(), fail });
    while (!map.complete && failure === undefined && !signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const pause = pausedUntil - Date.now();
      if (pause <= 0) fill();
      const timer = pause > 0 ? setTimeout(wake, pause) : undefined;
      ranges.signal.addEventListener('abort', wake, { once: true });
      await woken;
      clearTimeout(timer);
      ranges.signal.removeEventListener('abort', wake);
    }
    await Promise.all([...inFlight.values(), copying.idle()]);
    if (failure === undefined && !signal.aborted) await checkWhole();
    if (failure !== undefined) throw failure;
    signal.throwIfAborted();
    isSyncing = true;
    await sync(fd).catch((error: unknown) => {
      throw diskFailureOf(error);
    });
    return copied;
  } finally {
    clearInterval(idle);
    clearInterval(looks);
    ranges.abort();
    signal.removeEventListener('abort', onAbort);
    await Promise.all([...inFlight.values(), copying?.idle()]);
    await hash.cancel();
    await saver.end(signal.reason instanceof TaskPutOff);
  }

  async function checkWhole(): Promise<void> {
    const timer = setTimeout(() => {
      text = { code: 'delivery.verifying' };
      void options.report(text, measures()).catch(fail);
    }, verifyingToldAfterMs);
    try {
      const aborted = new Promise<undefined>((resolve) => ranges.signal.addEventListener('abort', () => resolve(undefined), { once: true }));
      const digest = await Promise.race([hash.digest, aborted]);
      if (digest === undefined || digest === options.sha256) return;
      await copying?.distrust();
      throw new TaskFailure({ code: 'delivery.corrupted', values: { attempts: 1 } });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A thread with nothing to do waits for bytes. */
function boundOf(activity: Activity): TransferBound {
  return activity === 'waiting' ? 'network' : activity;
}
