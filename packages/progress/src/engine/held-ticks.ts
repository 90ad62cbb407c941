// Ticks of one step come at most so often: those that come sooner are held, the newest of each step, until their time has come.
import type { StepChange } from './operation.ts';

/** What is held of one operation, and when each of its steps last had a tick, milliseconds since 1970. */
export interface TickTimes {
  lastTickAt: Map<string, number>;
  held: Map<string, StepChange>;
}

export interface HeldTicksOptions<Entry extends TickTimes> {
  /** Least time between two ticks of one step, milliseconds. */
  intervalMs: number;
  now: () => number;
  /** Called with each tick whose time has come. */
  release(entry: Entry, step: string, change: StepChange): void;
}

export class HeldTicks<Entry extends TickTimes> {
  readonly #options: HeldTicksOptions<Entry>;
  readonly #holding = new Set<Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HeldTicksOptions<Entry>) {
    this.#options = options;
  }

  /** True when a tick of the step would come too soon. */
  isTooSoon({ lastTickAt }: Entry, step: string, now: number): boolean {
    const elapsed = now - (lastTickAt.get(step) ?? Number.NEGATIVE_INFINITY);
    // A clock that jumped back must not hold a tick for ever.
    return elapsed >= 0 && elapsed < this.#options.intervalMs;
  }

  hold(entry: Entry, step: string, change: StepChange): void {
    const before = entry.held.get(step);
    // The newest wins member by member: a tick that says less does not undo what the last one said.
    entry.held.set(step, before ? { ...before, ...definedOf(change) } : change);
    this.#holding.add(entry);
    this.#lookLater();
  }

  /** What is held of the step is worth nothing any more: something newer is shown. */
  shown(entry: Entry, step: string, now: number): void {
    entry.held.delete(step);
    entry.lastTickAt.set(step, now);
  }

  /** Releases what is held of one operation, or of all, whether or not its time has come. */
  releaseAll(entries: Iterable<Entry> = [...this.#holding]): void {
    for (const entry of entries) {
      for (const step of [...entry.held.keys()]) this.#release(entry, step);
      this.#holding.delete(entry);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookLater(): void {
    this.#timer ??= setTimeout(() => this.#look(), Math.ceil(this.#options.intervalMs / 4));
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#options.now();
    for (const entry of this.#holding) {
      for (const step of [...entry.held.keys()]) if (!this.isTooSoon(entry, step, now)) this.#release(entry, step);
      if (entry.held.size === 0) this.#holding.delete(entry);
    }
    if (this.#holding.size > 0) this.#lookLater();
  }

  #release(entry: Entry, step: string): void {
    const change = entry.held.get(step);
    entry.held.delete(step);
    if (change) this.#options.release(entry, step, change);
  }
}

function definedOf(change: StepChange): StepChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as unknown as StepChange;
}
