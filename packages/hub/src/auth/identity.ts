// Who a request comes from.
import type { Caller } from '../http/endpoint.ts';

/** Who is asking and by what: a session or an API key. */
export interface Identity {
  caller: Caller;
  /** Names the session or API key, so that what it opened (a socket) can be closed when it ends. Not a secret. */
  credential: string;
}
