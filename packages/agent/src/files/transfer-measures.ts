// What is told of a transfer: how far it is, how fast, how long it still takes, and what keeps it from being faster.
import type { TransferBound } from '@relevo/protocol';
import type { Measures } from '../tasks/task-handler.ts';
import type { ChunkMap, ChunkRun } from './chunk-map.ts';
import { createBoundMeter } from './transfer-bound.ts';
import { createTransferRate } from './transfer-rate.ts';

/** What is looked at while bytes come. */
export interface Waits {
  /** What each range that is under way waits for. */
  ranges: readonly TransferBound[];
  /** What copying waits for, when something is copied. */
  copying: TransferBound | undefined;
  bytesToCopy: number;
}

export interface TransferMeasures {
  /** Bytes of a run came over the network. */
  fetched(run: ChunkRun, bytes: number): void;
  /** Of those, as many are verified: the map has them now. */
  verified(run: ChunkRun, bytes: number): void;
  /** The run ended; what of it was not verified is gone. */
  ended(run: ChunkRun): void;
  copied(bytes: number): void;
  /** Bytes per second over the network. */
  fetchRate(): number;
  /** Says what it waits for at this moment. */
  look(waits: readonly TransferBound[]): void;
  /** The same while bytes are copied and fetched: what takes longer bounds it. */
  lookAt(waits: Waits): void;
  /** `isHeldUp`: nothing can be fetched, and nothing that could be told bounds it. */
  measures(bytesToCopy: number, isHeldUp: boolean): Measures;
}

/** Rates and bounds are those of the last `windowMs`, looked at every `lookMs`. */
export function createTransferMeasures(map: ChunkMap, windowMs: number, lookMs: number, now?: () => number): TransferMeasures {
  const fetching = createTransferRate(windowMs, now);
  const copying = createTransferRate(windowMs, now);
  const meter = createBoundMeter(Math.max(1, Math.round(windowMs / lookMs)));
  const received = new Map<ChunkRun, number>();
  let shownBytes = map.verifiedBytes;

  /** How long fetching and copying take beside each other, milliseconds; undefined while that is not known. */
  function timesLeft(bytesToCopy: number): { fetch: number | undefined; copy: number } {
    const toFetch = Math.max(0, map.size - shownBytes - bytesToCopy);
    const [fetchRate, copyRate] = [fetching.rate(), copying.rate()];
    return {
      fetch: toFetch === 0 ? 0 : fetchRate === 0 ? undefined : (toFetch / fetchRate) * 1000,
      // What waits for an equal chunk that has yet to come takes no time worth telling once that is there.
      copy: copyRate === 0 ? 0 : (bytesToCopy / copyRate) * 1000,
    };
  }

  return {
    fetched(run, bytes) {
      fetching.add(bytes);
      received.set(run, (received.get(run) ?? 0) + bytes);
    },
    verified(run, bytes) {
      received.set(run, (received.get(run) ?? 0) - bytes);
    },
    ended(run) {
      received.delete(run);
    },
    copied: copying.add,
    fetchRate: fetching.rate,
    look: meter.look,
    lookAt({ ranges, copying: wait, bytesToCopy }) {
      const { fetch, copy } = timesLeft(bytesToCopy);
      const isCopyingLast = wait !== undefined && (ranges.length === 0 || (fetch !== undefined && copy > fetch));
      meter.look(isCopyingLast ? [wait] : ranges);
    },
    measures(bytesToCopy, isHeldUp) {
      let underWay = 0;
      for (const bytes of received.values()) underWay += bytes;
      // A range that was cut gives its bytes back; what people see does not fall.
      shownBytes = Math.max(shownBytes, Math.min(map.size, map.verifiedBytes + underWay));
      const perSecond = fetching.rate() + copying.rate();
      const { fetch, copy } = timesLeft(bytesToCopy);
      return {
        progress: map.size === 0 ? 100 : Math.floor((shownBytes / map.size) * 1000) / 10,
        bytes: shownBytes,
        total_bytes: map.size,
        rate: perSecond,
        ...(perSecond > 0 && fetch !== undefined ? { eta_ms: Math.round(Math.max(fetch, copy)) } : {}),
        bound_by: isHeldUp ? undefined : meter.bound(),
      };
    },
  };
}
