// How fast all transfers of this agent may be together: each asks for its turn before it asks for bytes.
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentDatabase } from '../database/database.ts';
import { readFact, writeFact } from '../database/facts.ts';

export interface Bandwidth {
  /** Bytes per second; 0 sets no limit. */
  readonly limit: number;
  /** Takes effect at once, and holds across a restart. */
  set(bytesPerSecond: number): Promise<void>;
  /** What one request may ask for, bytes, so that the rate stays even. */
  readonly requestBytes: number;
  /** Resolves when `bytes` more may be asked for. @throws the reason of the signal */
  turn(bytes: number, signal: AbortSignal): Promise<void>;
}

const fact = 'transfer_rate_max';
/** A limited transfer asks for this much of a second at once, and never for less than one of these. */
const requestSeconds = 0.5;
const requestMinBytes = 64 * 1024;

/** The limit that was set at the agent; `given`, of the settings, until one was. */
export async function openBandwidth(db: AgentDatabase, given: number): Promise<Bandwidth> {
  let limit = Number((await readFact(db, fact)) ?? given);
  /** When everything asked for so far has had its time, milliseconds of `performance.now()`. */
  let spentUntil = 0;
  /** Aborted when the limit changes: whoever waits counts anew. */
  let changed = new AbortController();

  return {
    get limit() {
      return limit;
    },
    get requestBytes() {
      return limit === 0 ? Number.POSITIVE_INFINITY : Math.max(requestMinBytes, Math.floor(limit * requestSeconds));
    },
    async set(bytesPerSecond) {
      await writeFact(db, fact, String(bytesPerSecond));
      limit = bytesPerSecond;
      spentUntil = 0;
      changed.abort();
      changed = new AbortController();
    },
    async turn(bytes, signal) {
      while (limit > 0) {
        const { signal: anew } = changed;
        const begins = Math.max(performance.now(), spentUntil);
        spentUntil = begins + (bytes / limit) * 1000;
        const waits = begins - performance.now();
        if (waits <= 0) return;
        try {
          await delay(waits, undefined, { signal: AbortSignal.any([signal, anew]) });
          return;
        } catch {
          signal.throwIfAborted();
        }
      }
    },
  };
}
