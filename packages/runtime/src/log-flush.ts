// Brings the write-ahead log of a database to the disk without holding up the thread: commits are written first, and one flush is for all of them.
import { type FileHandle, open } from 'node:fs/promises';

export class LogFlush {
  readonly #path: string | undefined;
  readonly #failed: (error: unknown) => void;
  #file: Promise<FileHandle> | undefined;
  #isDirty = false;
  #isClosed = false;
  #underWay: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /**
   * `path`: the log; undefined when nothing is on a disk. `failed` has to end the process: after a flush that failed nobody knows what the disk
   * holds, and another one that succeeds says nothing about it, as the system may have dropped what it could not write.
   */
  constructor(path: string | undefined, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** Something was committed that is not yet on the disk. */
  written(): void {
    this.#isDirty = this.#path !== undefined;
  }

  /** Resolves once all that was written before the call is on the disk. Never rejects. */
  flushed(): Promise<void> {
    // What is under way was begun after everything that is there.
    if (!this.#isDirty) return this.#underWay ?? Promise.resolve();
    if (!this.#underWay) return this.#begin();
    this.#next ??= this.#underWay.then(() => this.#begin());
    return this.#next;
  }

  /** When the connection is closed, which brings the log into the database. */
  close(): void {
    this.#isClosed = true;
    this.#isDirty = false;
    this.#file?.then((file) => file.close()).catch(() => {});
  }

  #begin(): Promise<void> {
    this.#isDirty = false;
    this.#next = undefined;
    this.#underWay = this.#flush().then(() => {
      // One that came meanwhile has begun another.
      if (this.#next === undefined) this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #flush(): Promise<void> {
    try {
      this.#file ??= open(this.#path ?? '', 'r+');
      await (await this.#file).datasync();
    } catch (error) {
      if (this.#isClosed) return;
      this.#failed(error);
      // Nobody goes on with what may not be there.
      await new Promise(() => {});
    }
  }
}
