// What every request under `/api/auth/` is handled with: the parts of accounts, and what better-auth may see of a request.
import { type Log, ProblemError } from '@relevo/runtime';
import type { Actor, AuditLog } from '../audit/audit-log.ts';
import type { HubSettings } from '../settings.ts';
import { type AccountsDatabase, passwordProvider } from './accounts-schema.ts';
import { type BetterAuth, clientAddressHeader } from './better-auth.ts';
import type { Identity } from './identity.ts';
import { passwordLengthMax, verifyPassword } from './passwords.ts';
import type { SessionEnds } from './session-ends.ts';
import type { Sessions } from './sessions.ts';
import type { SignInLimit } from './sign-in-limit.ts';

export interface AuthParts {
  betterAuth: BetterAuth;
  db: AccountsDatabase;
  sessions: Sessions;
  ends: SessionEnds;
  limit: SignInLimit;
  audit: AuditLog;
  log: Log;
  settings: HubSettings;
}

/** From where a request came, for the limit and the audit log. */
export interface AuthContext {
  clientAddress: string;
  requestId?: string | undefined;
}

export type AuthHandler = (request: Request, context: AuthContext) => Promise<Response>;
export type AuthRoutes = Record<string, { method: 'GET' | 'POST'; handler: AuthHandler }>;

/** What better-auth may see of a request; the address of the peer comes from us. */
export function forwarded(request: Request, clientAddress: string): Headers {
  const headers = new Headers({ [clientAddressHeader]: clientAddress });
  for (const name of ['cookie', 'user-agent']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

export function uncached(response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** Who is signed in by cookie: an API key is no person at the screen. @throws ProblemError `unauthenticated` */
export async function signedIn({ sessions }: AuthParts, request: Request): Promise<Identity> {
  const identity = await sessions.identify(request);
  if (!identity) throw new ProblemError('unauthenticated', 'Sign in first');
  return identity;
}

/** Asks for the password before something that a stolen session must not do; guesses count as those of a sign-in. @throws ProblemError `password_wrong`, `too_many_requests` */
export async function confirmPassword({ db, limit }: AuthParts, { caller }: Identity, password: string, { clientAddress }: AuthContext): Promise<void> {
  limit.begin(caller.email, clientAddress);
  const account = await db
    .selectFrom('account')
    .select('password')
    .where('userId', '=', caller.userId)
    .where('providerId', '=', passwordProvider)
    .executeTakeFirst();
  if (!account?.password || password.length > passwordLengthMax || !(await verifyPassword(password, account.password))) {
    throw new ProblemError('password_wrong', 'The current password is wrong');
  }
  limit.succeeded(caller.email, clientAddress);
}

/** Who an entry of the audit log names. */
export function actor({ caller }: Identity, { clientAddress, requestId }: AuthContext): Actor {
  return { userId: caller.userId, email: caller.email, clientAddress, requestId };
}

/** The account itself as the subject of an entry. */
export function accountSubject({ userId, email }: { userId: number; email: string }) {
  return { kind: 'user', id: userId, title: email };
}
