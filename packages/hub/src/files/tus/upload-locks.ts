// One request at a time for each upload; who comes later asks the one before to let go, so that a dead connection does not hold it.
import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/server';

interface Held {
  release: RequestRelease;
  /** Told when the lock is free, in turn. */
  waiting: (() => void)[];
}

/** Unlike the library's own, it does not spin while it waits. */
export class UploadLocks implements Locker {
  readonly #held = new Map<string, Held>();

  newLock(id: string): Lock {
    return { lock: (signal, release) => this.#lock(id, signal, release), unlock: async () => this.#unlock(id) };
  }

  async #lock(id: string, signal: AbortSignal, release: RequestRelease): Promise<void> {
    for (let held = this.#held.get(id); held; held = this.#held.get(id)) {
      void held.release();
      await freed(held, signal);
    }
    this.#held.set(id, { release, waiting: [] });
  }

  #unlock(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    for (const wake of held?.waiting ?? []) wake();
  }
}

function freed(held: Held, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(ERRORS.ERR_LOCK_TIMEOUT);
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    held.waiting.push(() => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
  });
}
