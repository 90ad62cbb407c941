// How much of a long work is done before others get their turn: about as much as takes `turnMs`, whatever machine it is.

/** What others may wait for one portion, milliseconds. */
const turnMs = 20;
const growthMax = 2;
/** What takes next to no time is not cut any smaller: on a machine that is busy with something else, every portion takes long, and none is to blame. */
const leastSize = 25;

export class Portion {
  /** Of what, is the caller's. */
  size: number;
  readonly #max: number;

  constructor({ first, max }: { first: number; max: number }) {
    this.size = first;
    this.#max = max;
  }

  /** Does a portion of the work, and measures how long it keeps others waiting. */
  async run<Result>(work: (size: number) => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const result = await work(this.size);
    const factor = Math.min(growthMax, turnMs / Math.max(1, performance.now() - began));
    this.size = Math.min(this.#max, Math.max(leastSize, Math.round(this.size * factor)));
    // Timers and sockets have their turn: the database answers at once, so that waiting for it lets nobody in.
    await new Promise((resolve) => setImmediate(resolve));
    return result;
  }
}
