// Token buckets by key: so many takes on average, with a burst; a bucket that is full again is forgotten.

export interface TokenBucketsOptions {
  /** Takes at once, and what a bucket fills up to. */
  capacity: number;
  /** How fast it fills. */
  perSecond: number;
  /** Buckets held at once; beyond it the one unused for longest is forgotten, which is as if it were full. */
  bucketsMax: number;
  /** Milliseconds; a test passes its own. */
  now?: () => number;
}

interface Bucket {
  tokens: number;
  at: number;
}

export class TokenBuckets {
  readonly #options: TokenBucketsOptions;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: TokenBucketsOptions) {
    this.#options = options;
    // A monotonic clock: nobody waits an hour because the wall's was set back.
    this.#now = options.now ?? (() => performance.now());
  }

  /** Buckets held now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token. @returns 0 when there was one, else the milliseconds until there will be */
  take(key: string): number {
    const now = this.#now();
    const tokens = this.#tokens(key, now);
    // Deleted first, so that the map stays in the order of use.
    const known = this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (!known) this.#forget(now);
    return this.#waitMs(tokens);
  }

  /** What `take` would say, taking nothing. */
  wait(key: string): number {
    return this.#waitMs(this.#tokens(key, this.#now()));
  }

  /** Undoes a take. */
  giveBack(key: string): void {
    const known = this.#buckets.get(key);
    if (known) known.tokens = Math.min(this.#options.capacity, known.tokens + 1);
  }

  #tokens(key: string, now: number): number {
    const { capacity, perSecond } = this.#options;
    const known = this.#buckets.get(key);
    return known ? Math.min(capacity, known.tokens + ((now - known.at) * perSecond) / 1000) : capacity;
  }

  #waitMs(tokens: number): number {
    return tokens >= 1 ? 0 : ((1 - tokens) * 1000) / this.#options.perSecond;
  }

  #forget(now: number): void {
    const { capacity, perSecond, bucketsMax } = this.#options;
    const fullAfterMs = (capacity * 1000) / perSecond;
    for (const [key, { at }] of this.#buckets) {
      if (now - at < fullAfterMs && this.#buckets.size <= bucketsMax) return;
      this.#buckets.delete(key);
    }
  }
}
