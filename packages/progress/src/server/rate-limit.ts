// A token bucket: so many per second on average, with a burst of ten seconds' worth.

const burstSeconds = 10;

export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #at: number | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond * burstSeconds;
  }

  /** Takes one token at `now` (milliseconds); false when none is left. */
  take(now: number): boolean {
    const elapsed = Math.max(0, now - (this.#at ?? now));
    this.#at = now;
    this.#tokens = Math.min(this.#perSecond * burstSeconds, this.#tokens + (elapsed * this.#perSecond) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
