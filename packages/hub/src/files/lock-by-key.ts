// Runs work one at a time for each key, in the order asked: what happens to one content, or one user's quota, happens in turn.

export class LockByKey {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` once everything asked for before under `key` has ended, well or badly. Not re-entrant. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(key);
    const own = before ? before.then(work, work) : work();
    // The tail only orders; whoever asked for the work hears of its failure.
    const tail = own.catch(() => undefined);
    this.#tails.set(key, tail);
    try {
      return await own;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
