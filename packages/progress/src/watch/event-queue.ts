// Between the socket and a `for await`: a bounded queue that coalesces percentages, and never drops a transition in silence.
import type { ProgressEvent, StepEvent } from '@relevo/protocol';

/** The loop that reads the events was slower than the events for longer than the queue could hold. */
export class WatchTooSlowError extends Error {
  override name = 'WatchTooSlowError';
}

type Waiting = { resolve(result: IteratorResult<ProgressEvent>): void; reject(error: unknown): void };

export class EventQueue implements AsyncIterableIterator<ProgressEvent> {
  readonly #events: ProgressEvent[] = [];
  readonly #eventsMax: number;
  readonly #onClose: () => void;
  #waiting: Waiting[] = [];
  #end: { error?: unknown } | undefined;

  /** `eventsMax` is how many may wait; `onClose` runs once, however the queue ends. */
  constructor(eventsMax: number, onClose: () => void) {
    this.#eventsMax = eventsMax;
    this.#onClose = onClose;
  }

  push(event: ProgressEvent): void {
    if (this.#end) return;
    const reader = this.#waiting.shift();
    if (reader) return reader.resolve({ done: false, value: event });
    if (this.#events.length >= this.#eventsMax && !this.#coalesce()) {
      return this.close(new WatchTooSlowError(`more than ${this.#eventsMax} events waited to be read`));
    }
    this.#events.push(event);
  }

  /** No more events: what waits is still read, then the iteration ends, or throws `error`. */
  close(error?: unknown): void {
    if (this.#end) return;
    this.#end = error === undefined ? {} : { error };
    for (const reader of this.#waiting) error === undefined ? reader.resolve({ done: true, value: undefined }) : reader.reject(error);
    this.#waiting = [];
    this.#onClose();
  }

  next(): Promise<IteratorResult<ProgressEvent>> {
    const event = this.#events.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    if (this.#end) {
      const { error } = this.#end;
      this.#end = {};
      return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<ProgressEvent>> {
    this.#events.length = 0;
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Drops percentages that a newer event of the same step follows. False when there was none. */
  #coalesce(): boolean {
    const followed = new Set<string>();
    const kept: ProgressEvent[] = [];
    for (const event of this.#events.toReversed()) {
      const key = 'step' in event ? `${event.operation_id} ${event.step} ${event.message}` : '';
      if (isTick(event) && followed.has(key)) continue;
      if (isTick(event)) followed.add(key);
      kept.push(event);
    }
    const dropped = this.#events.length - kept.length;
    this.#events.splice(0, Number.POSITIVE_INFINITY, ...kept.reverse());
    return dropped > 0;
  }
}

function isTick(event: ProgressEvent): event is StepEvent {
  return 'step' in event && event.status === 'in_progress';
}
