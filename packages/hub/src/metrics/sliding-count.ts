// Counts what happened within the last so many seconds, in whole-second buckets: true under load, constant in memory.

export class SlidingCount {
  readonly #buckets: Float64Array;
  readonly #now: () => number;
  #second: number;

  /** `seconds`: the window; `now` in milliseconds. */
  constructor(seconds: number, now: () => number = Date.now) {
    this.#buckets = new Float64Array(seconds);
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
  }

  add(count = 1): void {
    this.#advance();
    const at = this.#second % this.#buckets.length;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + count;
  }

  /** What was added within the window. */
  total(): number {
    this.#advance();
    return this.#buckets.reduce((sum, count) => sum + count, 0);
  }

  #advance(): void {
    const second = Math.floor(this.#now() / 1000);
    const steps = Math.min(Math.max(0, second - this.#second), this.#buckets.length);
    for (let step = 1; step <= steps; step += 1) this.#buckets[(this.#second + step) % this.#buckets.length] = 0;
    this.#second = second;
  }
}
