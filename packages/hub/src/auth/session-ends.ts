// Tells whoever holds something open for a session (a socket) that the session ended.

/** A credential that stopped being good, or every credential of a user when `credential` is absent. */
export interface SessionEnd {
  userId: number;
  credential?: string;
  /**
   * `disabled`: close with 4403, the account may not come back. `role_changed`, `renewed`: with 1001, coming back helps. Everything else: 4401,
   * signing in again helps.
   */
  reason: 'signed_out' | 'expired' | 'disabled' | 'role_changed' | 'renewed' | 'password_changed' | 'second_factor_reset' | 'key_deleted';
}

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
