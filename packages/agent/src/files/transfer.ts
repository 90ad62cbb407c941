// Fetches what is missing of a file: several ranges at once, again and again until every chunk is verified and the whole has its SHA-256.
import { fdatasync, fsync } from 'node:fs';
import { promisify } from 'node:util';
import { backoffDelay, type StepText, type TransferBound } from '@relevo/protocol';
import type { Access } from '../hub-link/access.ts';
import type { AgentSettings } from '../settings.ts';
import { type Measures, TaskFailure, TaskPutOff } from '../tasks/task-handler.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { ChunkMap, ChunkRun } from './chunk-map.ts';
import type { RangeJob, RangeOutcome } from './range-messages.ts';
import type { RangeWorkers } from './range-workers.ts';
import type { Activity } from './thread-activity.ts';
import { createBoundMeter } from './transfer-bound.ts';
import { diskFailure, type Interruption, interruptionOf, interruptionOfRange } from './transfer-faults.ts';
import { createTransferRate } from './transfer-rate.ts';
import type { WholeHashes } from './whole-hash.ts';

export interface TransferOptions {
  /** Address of the content. */
  url: string;
  sha256: string;
  map: ChunkMap;
  /** The partial file, open for reading and writing. */
  fd: number;
  workers: RangeWorkers;
  bandwidth: Bandwidth;
  hashes: WholeHashes;
  access: Access;
  settings: AgentSettings;
  signal: AbortSignal;
  tick(text: StepText, measures: Measures): void;
  report(text: StepText, measures: Measures): Promise<void>;
  /** Remembers what is verified; called once its bytes are on the disk. */
  save(verified: Uint8Array): Promise<void>;
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

const datasync = promisify(fdatasync);
const sync = promisify(fsync);

/**
 * Resolves when the file at `fd` is whole, verified and on the disk. Nothing touches `fd` after it has settled.
 * @throws TaskFailure, or the reason of the signal
 */
export async function runTransfer(options: TransferOptions): Promise<void> {
  const { map, settings, signal, fd } = options;
  const rate = createTransferRate(settings.TRANSFER_RATE_WINDOW_MS);
  const ranges = new AbortController();
  const onAbort = () => ranges.abort();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) ranges.abort();
  const hash = options.hashes.begin(fd, map.size);
  hash.advance(map.frontier);

  const inFlight = new Map<ChunkRun, Promise<void>>();
  /** What each range that is under way waits for. */
  const waits = new Map<ChunkRun, () => TransferBound>();
  const meter = createBoundMeter(Math.max(1, Math.round(settings.TRANSFER_RATE_WINDOW_MS / lookMs)));
  let isSyncing = false;
  const received = new Map<ChunkRun, number>();
  const corruptions = new Map<number, number>();
  let failure: unknown;
  let text: StepText = { code: 'delivery.receiving' };
  let interruptions = 0;
  let pausedUntil = 0;
  let wasCut = false;
  let shownBytes = map.verifiedBytes;
  let wake = () => {};

  function measures(): Measures {
    let underWay = 0;
    for (const bytes of received.values()) underWay += bytes;
    // A range that was cut gives its bytes back; what people see does not fall.
    shownBytes = Math.max(shownBytes, Math.min(map.size, map.verifiedBytes + underWay));
    const perSecond = rate.rate();
    return {
      progress: map.size === 0 ? 100 : Math.floor((shownBytes / map.size) * 1000) / 10,
      bytes: shownBytes,
      total_bytes: map.size,
      rate: perSecond,
      ...(perSecond > 0 ? { eta_ms: Math.round(((map.size - shownBytes) / perSecond) * 1000) } : {}),
      // While nothing can be fetched, the text itself says why.
      bound_by: text.code === 'delivery.retrying' ? undefined : meter.bound(),
    };
  }

  function look(): void {
    if (isSyncing) meter.look(['disk']);
    else if (map.complete) meter.look([options.hashes.activity() === 'disk' ? 'disk' : 'processor']);
    else meter.look([...waits.values()].map((wait) => wait()));
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
    if ([...waits.values()].some((wait) => wait() !== 'rate_limit')) return;
    const isFirst = text.code !== 'delivery.retrying';
    text = { code: 'delivery.retrying', values: { reason: reason.slice(0, 300), seconds: Math.ceil((pausedUntil - Date.now()) / 1000) } };
    if (isFirst) await options.report(text, measures());
    else options.tick(text, measures());
  }

  async function progressed(run: ChunkRun, bytes: number, verified: readonly number[]): Promise<void> {
    rate.add(bytes);
    received.set(run, (received.get(run) ?? 0) + bytes);
    for (const index of verified) {
      map.verify(run.first + index);
      received.set(run, (received.get(run) ?? 0) - map.chunk(run.first + index).length);
    }
    if (verified.length > 0) {
      hash.advance(map.frontier);
      interruptions = 0;
      saver.look();
      if (text.code === 'delivery.retrying') {
        text = { code: 'delivery.receiving' };
        await options.report(text, measures());
        return;
      }
    }
    options.tick(text, measures());
  }

  async function fetchRun(run: ChunkRun): Promise<void> {
    const outcome = await fetchOnce(run);
    waits.delete(run);
    received.delete(run);
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
    const isQuick = !wasCut && run.length * inFlight.size * 1000 <= rate.rate() * quickRangeMs;
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
    const onProgress = (bytes: number, verified: number[]) => void progressed(run, bytes, verified).catch(fail);
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

  const saver = createSaver(options, fail);
  const idle = setInterval(() => {
    options.tick(text, measures());
    saver.look();
  }, idleTickMs);
  const looks = setInterval(look, lookMs);
  try {
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
    await Promise.all(inFlight.values());
    if (failure === undefined && !signal.aborted) await checkWhole();
    if (failure !== undefined) throw failure;
    signal.throwIfAborted();
    isSyncing = true;
    await sync(fd).catch(throwDiskFailure);
  } finally {
    clearInterval(idle);
    clearInterval(looks);
    ranges.abort();
    signal.removeEventListener('abort', onAbort);
    await Promise.all(inFlight.values());
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
      if (digest !== undefined && digest !== options.sha256) throw new TaskFailure({ code: 'delivery.corrupted', values: { attempts: 1 } });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A thread with nothing to do waits for bytes. */
function boundOf(activity: Activity): TransferBound {
  return activity === 'waiting' ? 'network' : activity;
}

function throwDiskFailure(error: unknown): never {
  throw diskFailure(error instanceof Error && 'code' in error ? String(error.code) : '', error instanceof Error ? error.message : String(error));
}

/** Makes verified bytes durable from time to time, first their bytes, then the map that says so; never two at once. */
function createSaver({ map, fd, settings, save }: TransferOptions, fail: (error: unknown) => void) {
  let savedBytes = map.verifiedBytes;
  let savedAt = performance.now();
  let saving: Promise<void> | undefined;

  async function saveNow(): Promise<void> {
    const bits = map.bits();
    const bytes = map.verifiedBytes;
    await datasync(fd).catch(throwDiskFailure);
    await save(bits);
    savedBytes = bytes;
    savedAt = performance.now();
  }

  function start(): Promise<void> {
    saving ??= saveNow().finally(() => {
      saving = undefined;
    });
    return saving;
  }

  return {
    look(): void {
      const waits = map.verifiedBytes - savedBytes;
      const isDue = waits >= settings.TRANSFER_SAVE_BYTES || (waits > 0 && performance.now() - savedAt >= settings.TRANSFER_SAVE_INTERVAL_MS);
      if (isDue && !map.complete) void start().catch(fail);
    },
    /** Saves what is left when a later process goes on with it. */
    async end(isKept: boolean): Promise<void> {
      await saving?.catch(() => {});
      if (isKept && map.verifiedBytes > savedBytes) await start().catch(() => {});
    },
  };
}
