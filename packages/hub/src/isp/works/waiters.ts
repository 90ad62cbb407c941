// Requests that wait for steps to end: each is woken when something of its operation changed, and looks for itself.
import type { OperationKey } from '@relevo/progress/engine';

export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();
  #draining = false;

  /** True once the hub goes away: nobody waits any longer. */
  get draining(): boolean {
    return this.#draining;
  }

  wake(key: OperationKey): void {
    for (const wake of this.#waiting.get(textOf(key)) ?? []) wake();
  }

  drain(): void {
    this.#draining = true;
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake();
  }

  /** What `look` finds, looking again whenever something changed; undefined when `waitMs` is over or the hub goes away. */
  async until<Found>(key: OperationKey, waitMs: number, look: () => Promise<Found | undefined>): Promise<Found | undefined> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      // Listening before looking: what changes in between is not missed.
      const change = this.#nextChange(key, deadline - performance.now());
      const found = await look();
      if (found !== undefined || this.#draining || performance.now() >= deadline) {
        change.forget();
        return found;
      }
      await change.came;
    }
  }

  #nextChange(key: OperationKey, waitMs: number): { came: Promise<void>; forget: () => void } {
    const name = textOf(key);
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    let forget = () => {};
    const came = new Promise<void>((resolve) => {
      const timer = setTimeout(() => forget(), Math.max(0, waitMs));
      forget = () => {
        clearTimeout(timer);
        waiting.delete(forget);
        if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
        resolve();
      };
      waiting.add(forget);
    });
    return { came, forget };
  }
}

function textOf({ userId, id }: OperationKey): string {
  return `${userId}/${id}`;
}
