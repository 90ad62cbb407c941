// What the rest of the hub knows of accounts: who is asking, whether they may, and when that ends.
import type { Caller } from '../http/endpoint.ts';

/** Who is asking and by what: a session or an API key. */
export interface Identity {
  caller: Caller;
  /** Names the session or API key, so that what it opened (a socket) can be closed when it ends. Not a secret. */
  credential: string;
}

/** A credential that stopped being good, or every credential of a user when `credential` is absent. */
export interface SessionEnd {
  userId: number;
  credential?: string;
  /** `disabled`: close with 4403, the account may not come back. Everything else: 4401, signing in again helps. */
  reason: 'signed_out' | 'disabled' | 'role_changed' | 'password_changed' | 'key_deleted';
}

export interface FirstAdmin {
  email: string;
  password: string;
}

export interface Auth {
  /** Answers `/api/auth/*`. Checks the origin itself; never throws a ProblemError. */
  handle(request: Request, clientAddress: string): Promise<Response>;
  /** Who sends this request by session cookie or `Authorization: Bearer` API key, as the database knows it now; `undefined` when nobody. */
  identify(request: Request): Promise<Identity | undefined>;
  /** `identify` without the credential. */
  callerOf(request: Request): Promise<Caller | undefined>;
  /** Calls `listener` when a session, API key or account ends; returns what unsubscribes it. */
  onSessionEnded(listener: (end: SessionEnd) => void): () => void;
  /** Makes the first administrator when there is none. Answers e-mail and password when the password was generated: show it once, never log it. */
  ensureFirstAdmin(): Promise<FirstAdmin | undefined>;
}
