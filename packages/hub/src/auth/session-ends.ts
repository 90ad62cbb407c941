// Tells whoever holds something open for a session (a socket) that the session ended.
import type { SessionEnd } from './auth.ts';

export class SessionEnds {
  readonly #listeners = new Set<(end: SessionEnd) => void>();

  subscribe(listener: (end: SessionEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(end: SessionEnd): void {
    for (const listener of this.#listeners) listener(end);
  }
}
