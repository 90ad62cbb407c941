// Keeps so many clients of each kind alive at once: when the life of one ends, another begins.

/** One client from its coming to its going. `leaving`: aborted when the soak ends. */
export type Life = (leaving: AbortSignal) => Promise<void>;

export interface Kind {
  name: string;
  /** How many live at once. */
  count: number;
  live: Life;
}

export class Churn {
  readonly #leaving = new AbortController();
  readonly #lives: Promise<void>[] = [];
  /** Lives that ended, by kind. */
  readonly ended = new Map<string, number>();
  /** What went wrong in them, by its text: a connection that is cut on purpose may say so. */
  readonly failures = new Map<string, number>();

  constructor(kinds: readonly Kind[]) {
    for (const { name, count, live } of kinds) {
      this.ended.set(name, 0);
      for (let index = 0; index < count; index += 1) this.#lives.push(this.#repeat(name, live));
    }
  }

  /** Lets everybody leave; resolves when they have. */
  async end(): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#lives);
  }

  async #repeat(name: string, live: Life): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await live(signal);
      } catch (error) {
        const text = `${name}: ${error instanceof Error ? error.message : String(error)}`;
        this.failures.set(text, (this.failures.get(text) ?? 0) + 1);
        await pause(100, signal);
      }
      this.ended.set(name, (this.ended.get(name) ?? 0) + 1);
    }
  }
}

/** A while that is part of a life; over at once when everybody leaves. */
export function pause(ms: number, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      leaving.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    leaving.addEventListener('abort', over);
    if (leaving.aborted) over();
  });
}
