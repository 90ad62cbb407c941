// Exponential backoff with full jitter: when a hub comes back, ten thousand agents must not return in the same second.

export interface BackoffOptions {
  /** Upper bound of the first delay, milliseconds. */
  delayMinMs: number;
  /** Upper bound that the delay grows to, milliseconds. */
  delayMaxMs: number;
  /** Source of randomness in [0, 1); a test passes its own. */
  random?: () => number;
}

/** The delay before attempt `attempt` (0 is the first retry), in milliseconds: uniform in [half, whole] of min(max, min · 2^attempt). */
export function backoffDelay(attempt: number, { delayMinMs, delayMaxMs, random = Math.random }: BackoffOptions): number {
  const ceiling = Math.min(delayMaxMs, delayMinMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + random() * (ceiling / 2));
}
