// What the files of one user may add up to, counting what is on its way: two uploads at once cannot both take the last free bytes.
import { ProblemError } from '@relevo/runtime';
import type { FileStore } from './file-store.ts';
import { LockByKey } from './lock-by-key.ts';

export interface Reservation {
  /** Makes it at least this large, bytes. @throws ProblemError `quota_exceeded` */
  grow(size: number): Promise<void>;
  /** Turns it into what `settle` stores, in one move: in between it never counts twice, nor not at all. */
  settle<Result>(settle: () => Promise<Result>): Promise<Result>;
  release(): void;
}

/** An upload of unknown length reserves this much at a time. */
const growthBytes = 8 * 1024 ** 2;

export class Quota {
  readonly #store: FileStore;
  readonly #maxBytes: number;
  readonly #locks = new LockByKey();
  readonly #reserved = new Map<number, number>();

  /** @param maxBytes what one user may have. */
  constructor(store: FileStore, maxBytes: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /** Sets `size` bytes aside for an upload of `ownerId`. @throws ProblemError `quota_exceeded` */
  async reserve(ownerId: number, size: number): Promise<Reservation> {
    let held = 0;
    const add = (bytes: number) => {
      held += bytes;
      const sum = (this.#reserved.get(ownerId) ?? 0) + bytes;
      if (sum === 0) this.#reserved.delete(ownerId);
      else this.#reserved.set(ownerId, sum);
    };
    const grow = async (wanted: number) => {
      if (wanted <= held) return;
      await this.#locks.run(String(ownerId), async () => {
        const free = await this.#free(ownerId);
        const missing = wanted - held;
        if (missing > free) throw this.#exceeded();
        add(size === wanted ? missing : Math.min(free, Math.max(missing, growthBytes)));
      });
    };
    await grow(size);
    return {
      grow,
      settle: (settle) =>
        this.#locks.run(String(ownerId), async () => {
          const result = await settle();
          add(-held);
          return result;
        }),
      release: () => add(-held),
    };
  }

  /** Runs `claim`, which stores a claim on `size` bytes, unless they are too many. @throws ProblemError `quota_exceeded` */
  claim<Result>(ownerId: number, size: number, claim: () => Promise<Result>): Promise<Result> {
    return this.#locks.run(String(ownerId), async () => {
      if (size > (await this.#free(ownerId))) throw this.#exceeded();
      return claim();
    });
  }

  async #free(ownerId: number): Promise<number> {
    return this.#maxBytes - (await this.#store.usedBy(ownerId)) - (this.#reserved.get(ownerId) ?? 0);
  }

  #exceeded(): ProblemError {
    return new ProblemError('quota_exceeded', `Your files may add up to ${this.#maxBytes} bytes`, { extra: { limit: this.#maxBytes } });
  }
}
