// Tells reporters outside the hub that an operation of theirs shall stop.
import type { Operation } from '@relevo/progress/engine';

export interface StopListener {
  /** True when whoever listens may report on the operation. */
  mayReport(operation: Operation): boolean;
  tell(operation: Operation): void;
}

export class StopRequests {
  readonly #listeners = new Set<StopListener>();

  /** Tells `listener` from now on; returns what ends that. */
  listen(listener: StopListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** True when somebody listens who may report on the operation. */
  reaches(operation: Operation): boolean {
    return [...this.#listeners].some((listener) => listener.mayReport(operation));
  }

  tell(operation: Operation): void {
    for (const listener of [...this.#listeners]) if (listener.mayReport(operation)) listener.tell(operation);
  }
}
