// Gathers what arrives in a moment and hands it over together, in order; what comes meanwhile waits until that is done.

/** How long the first item waits for others, milliseconds: what is sent together arrives in several reads. */
const momentMs = 2;

export class Turns<Item> {
  readonly #handle: (items: readonly Item[]) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #gatherMs: number;
  #waiting: Item[] = [];
  #isWorking = false;

  /** Once `handle` fails, `failed` is told, and nothing that came after is handled: it may have stood on what was lost. */
  constructor(handle: (items: readonly Item[]) => Promise<void>, failed: (error: unknown) => void, gatherMs = momentMs) {
    this.#handle = handle;
    this.#failed = failed;
    this.#gatherMs = gatherMs;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#isWorking) return;
    this.#isWorking = true;
    setTimeout(() => void this.#work(), this.#gatherMs);
  }

  async #work(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#handle(this.#waiting.splice(0));
      this.#isWorking = false;
    } catch (error) {
      this.#failed(error);
    }
  }
}
