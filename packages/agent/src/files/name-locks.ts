// One change at a time per file name.

export interface NameLocks {
  /** Runs `work` after every earlier one of the same name. */
  run<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

export function createNameLocks(): NameLocks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(name, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const result = before.then(work, work);
      const tail = result.catch(() => {});
      tails.set(name, tail);
      void tail.then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
      return result;
    },
  };
}
