// The two halves of a store that React and everybody else can follow: what it says now, and a call when that changes.

export interface Store<T> {
  /** Calls `listener` after changes, coalesced; the answer ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** The value as its listeners were last told of it, so that all who read it between two calls read the same object. */
  getSnapshot(): T;
}

/** The listeners of one store. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  add(listener: () => void): () => void {
    // Wrapped, so that the same function subscribed twice counts twice.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A value that tells its listeners at once. */
export class Value<T> implements Store<T> {
  readonly #listeners = new Listeners();
  #value: T;

  constructor(initial: T) {
    this.#value = initial;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.add(listener);
  readonly getSnapshot = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.#listeners.notify();
  }
}
