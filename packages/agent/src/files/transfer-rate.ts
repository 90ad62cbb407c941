// How fast bytes come, over a sliding window of a few seconds.

export interface TransferRate {
  /** Says that `bytes` came now. */
  add(bytes: number): void;
  /** Bytes per second over the window; 0 while nothing is known. */
  rate(): number;
}

/** How many samples a window is cut into. */
const samplesPerWindow = 40;

/** `now` gives milliseconds of a clock that never goes back. */
export function createTransferRate(windowMs: number, now: () => number = () => performance.now()): TransferRate {
  const samples: { at: number; total: number }[] = [{ at: now(), total: 0 }];
  let total = 0;

  function trim(at: number): void {
    while (samples.length > 1 && (samples[1]?.at ?? at) <= at - windowMs) samples.shift();
  }

  return {
    add(bytes) {
      total += bytes;
      const at = now();
      const last = samples.at(-1);
      if (last && samples.length > 1 && at - last.at < windowMs / samplesPerWindow) last.total = total;
      else samples.push({ at, total });
      trim(at);
    },
    rate() {
      const at = now();
      trim(at);
      const first = samples[0];
      const elapsed = first ? at - Math.max(first.at, at - windowMs) : 0;
      return first && elapsed > 0 ? Math.round(((total - first.total) * 1000) / elapsed) : 0;
    },
  };
}
