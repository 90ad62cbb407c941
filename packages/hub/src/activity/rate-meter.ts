// How fast the bytes of one operation moved over its whole life, in a bounded number of points. Pure.
import { z } from 'zod';

/** `rates`: bytes per second in each interval of `interval_ms` from `since` on. */
export const ratesSchema = z.object({ since: z.string(), interval_ms: z.number().int().positive(), rates: z.array(z.number().nonnegative()) });
export type Rates = z.infer<typeof ratesSchema>;

const firstIntervalMs = 250;
/** When there are more points, two become one and the interval doubles. */
const pointsMax = 240;

export class RateMeter {
  readonly #since: number;
  #intervalMs = firstIntervalMs;
  /** Bytes moved by the end of each interval. */
  #totals: number[] = [];
  #total = 0;
  #lastAt: number;
  /** What each step last said. */
  readonly #bytesOf = new Map<string, number>();

  /** `since`: milliseconds since 1970, as all times here. */
  constructor(since: number) {
    this.#since = since;
    this.#lastAt = since;
  }

  /** `bytes`: all that a step has at `at`. */
  moved(step: string, bytes: number, at: number): void {
    // What a step has when it is first heard of did not move now: it may go on where it was cut.
    this.#total += Math.max(0, bytes - (this.#bytesOf.get(step) ?? bytes));
    this.#bytesOf.set(step, bytes);
    this.#lastAt = Math.max(this.#lastAt, at);
    while (this.#lastAt - this.#since >= this.#intervalMs * pointsMax) this.#halve();
    const index = Math.floor((this.#lastAt - this.#since) / this.#intervalMs);
    const before = this.#totals.at(-1) ?? 0;
    while (this.#totals.length < index) this.#totals.push(before);
    this.#totals[index] = this.#total;
  }

  rates(): Rates {
    const last = this.#totals.length - 1;
    const rates = this.#totals.map((total, index) => {
      const moved = total - (this.#totals[index - 1] ?? 0);
      // The last interval has only just begun: a rate over next to no time says nothing.
      const lasted = index === last ? Math.max(this.#lastAt - this.#since - index * this.#intervalMs, this.#intervalMs / 2) : this.#intervalMs;
      return Math.round((moved * 1000) / lasted);
    });
    return { since: new Date(this.#since).toISOString(), interval_ms: this.#intervalMs, rates };
  }

  #halve(): void {
    this.#totals = this.#totals.filter((_, index) => index % 2 === 1 || index === this.#totals.length - 1);
    this.#intervalMs *= 2;
  }
}
