// What the rest of the hub knows of accounts: who is asking, whether they may, and when that ends.

import type { AccountSecurity } from '@relevo/protocol';
import type { Caller } from '../http/endpoint.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Identity } from './identity.ts';
import type { SessionEnd } from './session-ends.ts';
import type { Sessions } from './sessions.ts';
import type { Users } from './users.ts';

export interface FirstAdmin {
  email: string;
  password: string;
}

export interface Auth {
  /** Answers `/api/auth/*`: every refusal is a problem response, what nobody foresaw is thrown. Checks the origin itself. */
  handle(request: Request, clientAddress: string, requestId?: string): Promise<Response>;
  /** Who sends this request by session cookie or `Authorization: Bearer` API key, as the database knows it now; `undefined` when nobody. */
  identify(request: Request): Promise<Identity | undefined>;
  /** `identify` without the credential. */
  callerOf(request: Request): Promise<Caller | undefined>;
  /** `Set-Cookie` values that lengthen the session of this request by its use; none without a session. */
  renewedCookies(request: Request): Promise<string[]>;
  /** Calls `listener` when a session, API key or account ends; returns what unsubscribes it. */
  onSessionEnded(listener: (end: SessionEnd) => void): () => void;
  /** Makes the first administrator when there is none. Answers e-mail and password when the password was generated: show it once, never log it. */
  ensureFirstAdmin(): Promise<FirstAdmin | undefined>;
  /** How an account is kept safe beside its password. */
  securityOf(userId: number): Promise<AccountSecurity>;
  users: Users;
  sessions: Sessions;
  apiKeys: ApiKeys;
  /** Stops the removal of expired sessions. */
  close(): void;
}
