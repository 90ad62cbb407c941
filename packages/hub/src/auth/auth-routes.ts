// The requests under `/api/auth/` that the hub offers. What better-auth has beside them is not reachable.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { HubSettings } from '../settings.ts';
import { type AccountsDatabase, passwordProvider } from './accounts-schema.ts';
import { type BetterAuth, clientAddressHeader } from './better-auth.ts';
import { originAllowed, originOwnOrAbsent } from './origin-check.ts';
import { assertPasswordAllowed, hashPassword, passwordLengthMax, verifyPassword } from './passwords.ts';
import { readBody } from './read-body.ts';
import type { SessionEnds } from './session-ends.ts';
import type { Sessions } from './sessions.ts';
import type { SignInLimit } from './sign-in-limit.ts';

export interface AuthRoutesOptions {
  betterAuth: BetterAuth;
  db: AccountsDatabase;
  sessions: Sessions;
  ends: SessionEnds;
  limit: SignInLimit;
  settings: HubSettings;
}

type Handler = (request: Request, clientAddress: string) => Promise<Response>;

const signInSchema = z.object({ email: z.string().max(320), password: z.string().max(4096), rememberMe: z.boolean().optional() });
const changePasswordSchema = z.object({ currentPassword: z.string().max(4096), newPassword: z.string().max(4096) });

/** Answers a request to `/api/auth/*`. @throws ProblemError for every refusal */
export function authRoutes(options: AuthRoutesOptions): Handler {
  const { settings } = options;
  const origins = { publicUrl: settings.PUBLIC_URL };
  const routes: Record<string, { method: string; handler: Handler }> = {
    '/api/auth/sign-in/email': { method: 'POST', handler: signIn(options) },
    '/api/auth/sign-up/email': { method: 'POST', handler: signUp },
    '/api/auth/sign-out': { method: 'POST', handler: signOut(options) },
    '/api/auth/get-session': { method: 'GET', handler: getSession(options) },
    '/api/auth/change-password': { method: 'POST', handler: changePassword(options) },
  };
  return async (request, clientAddress) => {
    const path = new URL(request.url).pathname;
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route) throw new ProblemError('not_found', `There is nothing at ${path}`);
    if (request.method !== route.method) {
      throw new ProblemError('method_not_allowed', `${path} takes ${route.method}`, { headers: { allow: route.method } });
    }
    // Also without a cookie: a page elsewhere must not sign somebody in as another.
    if (!originAllowed(request, origins) || (route.method !== 'GET' && !originOwnOrAbsent(request, origins))) {
      throw new ProblemError('origin_refused', 'The request does not come from a page of this hub');
    }
    return route.handler(request, clientAddress);
  };
}

function signIn({ betterAuth, limit, settings }: AuthRoutesOptions): Handler {
  return async (request, clientAddress) => {
    const given = await readBody(request, signInSchema, settings.JSON_BODY_MAX_BYTES);
    const email = given.email.trim().toLowerCase();
    limit.begin(email, clientAddress);
    // One answer, whether the e-mail, the password or only its length is wrong; better-auth hashes for an unknown e-mail too, so the time is the same.
    const wrong = new ProblemError('sign_in_failed', 'E-mail or password is wrong');
    if (!z.email().safeParse(email).success || given.password === '' || given.password.length > passwordLengthMax) throw wrong;
    const headers = forwarded(request);
    headers.set(clientAddressHeader, clientAddress);
    const response = await betterAuth.api.signInEmail({
      body: { email, password: given.password, rememberMe: given.rememberMe ?? true },
      headers,
      asResponse: true,
    });
    if (response.status === 401) throw wrong;
    if (response.status === 403) {
      limit.succeeded(email, clientAddress);
      throw new ProblemError('account_disabled', 'The password is right, but an administrator has disabled this account');
    }
    if (!response.ok) throw new Error(`better-auth answered ${response.status} to a sign-in`);
    limit.succeeded(email, clientAddress);
    return uncached(response);
  };
}

async function signUp(): Promise<Response> {
  throw new ProblemError('sign_up_closed', 'An administrator of this hub makes accounts');
}

function signOut({ betterAuth, sessions, ends }: AuthRoutesOptions): Handler {
  return async (request) => {
    const identity = await sessions.identify(request);
    const response = await betterAuth.api.signOut({ headers: forwarded(request), asResponse: true });
    if (identity) ends.publish({ userId: identity.caller.userId, credential: identity.credential, reason: 'signed_out' });
    return uncached(response);
  };
}

function getSession({ betterAuth }: AuthRoutesOptions): Handler {
  return async (request) => uncached(await betterAuth.api.getSession({ headers: forwarded(request), query: { disableCookieCache: true }, asResponse: true }));
}

/** Ours instead of better-auth's: the session that asks goes on, every other one ends, and guesses are counted as those of a sign-in. */
function changePassword({ db, sessions, limit, settings }: AuthRoutesOptions): Handler {
  return async (request, clientAddress) => {
    const identity = await sessions.identify(request);
    if (!identity) throw new ProblemError('unauthenticated', 'Sign in first');
    const given = await readBody(request, changePasswordSchema, settings.JSON_BODY_MAX_BYTES);
    assertPasswordAllowed(given.newPassword, settings.PASSWORD_LENGTH_MIN);
    const { userId, email } = identity.caller;
    limit.begin(email, clientAddress);
    const account = await db
      .selectFrom('account')
      .select('password')
      .where('userId', '=', userId)
      .where('providerId', '=', passwordProvider)
      .executeTakeFirst();
    if (!account?.password || given.currentPassword.length > passwordLengthMax || !(await verifyPassword(given.currentPassword, account.password))) {
      throw new ProblemError('password_wrong', 'The current password is wrong');
    }
    limit.succeeded(email, clientAddress);
    const password = await hashPassword(given.newPassword);
    await db
      .updateTable('account')
      .set({ password, updatedAt: new Date().toISOString() })
      .where('userId', '=', userId)
      .where('providerId', '=', passwordProvider)
      .execute();
    await sessions.endOthers(userId, sessions.tokenOf(request));
    return new Response(null, { status: 204 });
  };
}

/** What better-auth may see of a request. */
function forwarded(request: Request): Headers {
  const headers = new Headers();
  for (const name of ['cookie', 'user-agent']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

function uncached(response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  return response;
}
