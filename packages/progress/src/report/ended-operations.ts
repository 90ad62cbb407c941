// Operations that ended a short while ago, kept so that a watcher who comes late, or again, sees how they ended.
import type { OperationSummary, ProgressEvent } from '@relevo/protocol';
import { type Operation, type OperationKey, type Replay, summaryOf } from '../engine/index.ts';

export interface EndedLimits {
  /** Ended operations kept. */
  endedMax: number;
  /** Events of all of them together. */
  endedEventsMax: number;
  /** How long one is kept, milliseconds. */
  endedMaxMs: number;
}

interface Ended {
  id: string;
  summary: OperationSummary;
  shown: Replay;
  events: number;
  endedAt: number;
}

export class EndedOperations {
  readonly #limits: EndedLimits;
  /** Oldest first. */
  readonly #ended = new Map<string, Ended>();
  readonly #countById = new Map<string, number>();
  #events = 0;

  constructor(limits: EndedLimits) {
    this.#limits = limits;
  }

  add(operation: Operation, shown: Replay, now: number): void {
    const { userId, id } = operation;
    const events = shown.since(0).length;
    this.#ended.set(`${userId}/${id}`, { id, summary: summaryOf(operation), shown, events, endedAt: now });
    this.#countById.set(id, (this.#countById.get(id) ?? 0) + 1);
    this.#events += events;
    this.forgetOld(now);
  }

  has({ userId, id }: OperationKey): boolean {
    return this.#ended.has(`${userId}/${id}`);
  }

  /** True when an operation of anybody with this id is kept. */
  hasId(id: string): boolean {
    return this.#countById.has(id);
  }

  /** What a watcher that has everything up to `after` still has to see; undefined when the operation is not kept. */
  catchUp({ userId, id }: OperationKey, after: number | undefined): ProgressEvent[] | undefined {
    return this.#ended.get(`${userId}/${id}`)?.shown.since(after);
  }

  /** Those of a user, newest end first. */
  of(userId: number): OperationSummary[] {
    return Array.from(this.#ended.values(), ({ summary }) => summary)
      .filter(({ user_id }) => user_id === userId)
      .reverse();
  }

  /** Forgets what is too old or too much. */
  forgetOld(now: number): void {
    const { endedMax, endedEventsMax, endedMaxMs } = this.#limits;
    for (const [key, { id, events, endedAt }] of this.#ended) {
      if (this.#ended.size <= endedMax && this.#events <= endedEventsMax && now - endedAt <= endedMaxMs) return;
      this.#ended.delete(key);
      this.#events -= events;
      const left = (this.#countById.get(id) ?? 1) - 1;
      if (left === 0) this.#countById.delete(id);
      else this.#countById.set(id, left);
    }
  }
}
