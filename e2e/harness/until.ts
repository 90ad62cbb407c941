// Waits for a fact that announces itself by nothing but being true: polled, with a deadline that says what did not come.

export interface UntilOptions {
  timeoutMs?: number;
  everyMs?: number;
}

/** Resolves to what `fact` gives once that is neither undefined, null nor false. @throws when the deadline passes, naming `what` and the last failure */
export async function until<T>(
  what: string,
  fact: () => T | Promise<T>,
  { timeoutMs = 20_000, everyMs = 20 }: UntilOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const found = await fact();
      if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}${failure === undefined ? '' : ` (${String(failure)})`}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** A pause that is part of what a test does (a kill at a random moment), never a way to wait for something. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
