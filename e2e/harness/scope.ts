// What a test began and has to end: processes, sockets, folders; ended in the reverse order, whatever happened.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Scope {
  #ends: (() => void | Promise<void>)[] = [];

  onEnd(end: () => void | Promise<void>): void {
    this.#ends.push(end);
  }

  /** A new folder that goes with the scope. */
  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'relevo-e2e-'));
    this.onEnd(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  /** Ends everything; may be used again afterwards. @throws AggregateError when something could not be ended, after all was tried */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be ended');
  }
}
