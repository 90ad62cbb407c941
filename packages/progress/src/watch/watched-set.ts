// The operations that a watcher knows, who listens to each, and when they are told. Knows nothing of sockets.
import { isEnded, type ProgressEvent, type Refusal } from '@relevo/protocol';
import type { EventQueue } from './event-queue.ts';
import { Listeners } from './store.ts';
import { applyEvent, unknownOperation, type WatchedOperation } from './watched-operation.ts';

export interface WatchedEntry {
  /** With every event that came. */
  operation: WatchedOperation;
  /** As the listeners were last told of it: what stores say, so that all who read one between two calls read the same. */
  told: WatchedOperation;
  readonly listeners: Listeners;
  /** Iterations over this one operation. */
  readonly queues: Set<EventQueue>;
  /** Subscriptions and iterations of this one operation. */
  holders: number;
  /** Runs while an entry that nobody holds any more is kept for somebody who may come back. */
  linger: ReturnType<typeof setTimeout> | undefined;
}

export interface WatchedSetOptions {
  notifyIntervalMs: number;
  operationsMax: number;
}

export class WatchedSet {
  readonly #options: WatchedSetOptions;
  readonly #entries = new Map<string, WatchedEntry>();
  /** Listeners and iterations of everything at once. */
  readonly listeners = new Listeners();
  readonly queues = new Set<EventQueue>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #list: readonly WatchedOperation[] = [];
  #isListStale = false;

  constructor(options: WatchedSetOptions) {
    this.#options = options;
  }

  get(operationId: string): WatchedEntry | undefined {
    return this.#entries.get(operationId);
  }

  getOrAdd(operationId: string): WatchedEntry {
    const known = this.#entries.get(operationId);
    if (known) return known;
    const operation = unknownOperation(operationId);
    const entry: WatchedEntry = {
      operation,
      told: operation,
      listeners: new Listeners(),
      queues: new Set(),
      holders: 0,
      linger: undefined,
    };
    this.#entries.set(operationId, entry);
    if (this.#entries.size > this.#options.operationsMax) this.#forgetOldest();
    return entry;
  }

  values(): Iterable<WatchedEntry> {
    return this.#entries.values();
  }

  delete(operationId: string): void {
    if (this.#entries.delete(operationId)) this.#notifySoon();
  }

  /** What listeners were told of, newest first; the same array as long as they were told of nothing else. */
  list(): readonly WatchedOperation[] {
    if (this.#isListStale) {
      this.#isListStale = false;
      this.#list = Array.from(this.#entries.values(), ({ told }) => told)
        .filter(({ seq }) => seq > 0)
        .reverse();
    }
    return this.#list;
  }

  /** Takes an event in, hands it to the iterations, and ends those of an operation that ended with it. */
  apply(entry: WatchedEntry, event: ProgressEvent): void {
    const operation = applyEvent(entry.operation, event);
    if (operation === entry.operation) return;
    this.#change(entry, operation);
    for (const queue of [...entry.queues, ...this.queues]) queue.push(event);
    if (isEnded(operation.state)) for (const queue of [...entry.queues]) queue.close();
  }

  refuse(entry: WatchedEntry, refusal: Refusal): void {
    this.#change(entry, { ...entry.operation, refusal });
  }

  /** Ends all iterations and timers. */
  close(): void {
    clearTimeout(this.#timer);
    for (const queue of [...this.queues]) queue.close();
    for (const { queues, linger } of this.#entries.values()) {
      for (const queue of [...queues]) queue.close();
      clearTimeout(linger);
    }
  }

  #change(entry: WatchedEntry, operation: WatchedOperation): void {
    entry.operation = operation;
    this.#notifySoon();
  }

  #notifySoon(): void {
    this.#timer ??= setTimeout(() => this.#notify(), this.#options.notifyIntervalMs);
  }

  #notify(): void {
    this.#timer = undefined;
    const changed = [...this.#entries.values()].filter(({ operation, told }) => operation !== told);
    for (const entry of changed) entry.told = entry.operation;
    this.#isListStale = true;
    for (const { listeners } of changed) listeners.notify();
    this.listeners.notify();
  }

  /** Makes room: the first that nobody holds, an ended one if there is any. */
  #forgetOldest(): void {
    const unheld = [...this.#entries].filter(([, { holders, operation }]) => holders === 0 && operation.seq > 0);
    const [oldest] = unheld.find(([, { operation }]) => isEnded(operation.state)) ?? unheld[0] ?? [];
    if (oldest !== undefined) this.delete(oldest);
  }
}
