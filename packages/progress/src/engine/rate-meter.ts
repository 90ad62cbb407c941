// Bytes per second over a sliding window, and the time left that follows from it: computed once, at the source.

/** The window, milliseconds: long enough to be calm, short enough to be true after a stall. */
const windowMs = 5_000;
/** Below this span a rate would be noise, milliseconds. */
const spanMinMs = 250;
/** Samples closer together than this are merged, milliseconds. */
const sampleMs = 100;

export class RateMeter {
  #samples: { at: number; bytes: number }[] = [];

  /** Notes that `bytes` were done at `at` (milliseconds of any steady clock). */
  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    const beforeLast = this.#samples.at(-2);
    if (last && beforeLast && at - beforeLast.at < sampleMs) {
      last.at = at;
      last.bytes = bytes;
    } else {
      this.#samples.push({ at, bytes });
    }
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= windowMs) this.#samples.shift();
  }

  /** Bytes per second within the window; undefined until there is enough to tell. */
  rate(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < spanMinMs) return undefined;
    return Math.max(0, Math.round(((last.bytes - first.bytes) * 1000) / (last.at - first.at)));
  }

  /** Milliseconds until `totalBytes` are done; undefined while nothing moves. */
  etaMs(totalBytes: number): number | undefined {
    const rate = this.rate();
    const done = this.#samples.at(-1)?.bytes ?? 0;
    return rate === undefined || rate === 0 ? undefined : Math.round((Math.max(0, totalBytes - done) * 1000) / rate);
  }
}
