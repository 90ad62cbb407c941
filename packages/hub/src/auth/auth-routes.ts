// The requests under `/api/auth/` that the hub offers. What better-auth has beside them is not reachable.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { hubTables, passwordProvider } from './accounts-schema.ts';
import {
  type AuthContext,
  type AuthHandler,
  type AuthParts,
  type AuthRoutes,
  accountSubject,
  actor,
  confirmPassword,
  forwarded,
  signedIn,
  uncached,
} from './auth-handler.ts';
import { originAllowed, originOwnOrAbsent } from './origin-check.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import type { Passkeys } from './passkeys.ts';
import { assertPasswordAllowed, hashPassword, passwordLengthMax } from './passwords.ts';
import { readBody } from './read-body.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';

const signInSchema = z.object({ email: z.string().max(320), password: z.string().max(4096), rememberMe: z.boolean().optional() });
const changePasswordSchema = z.object({ currentPassword: z.string().max(4096), newPassword: z.string().max(4096) });

/** Answers a request to `/api/auth/*`. @throws ProblemError for every refusal */
export function authRoutes(parts: AuthParts & { passkeys: Passkeys }): AuthHandler {
  const origins = { publicUrl: parts.settings.PUBLIC_URL };
  const routes: AuthRoutes = {
    '/api/auth/sign-in/email': { method: 'POST', handler: signIn(parts) },
    '/api/auth/sign-up/email': { method: 'POST', handler: signUp },
    '/api/auth/sign-out': { method: 'POST', handler: signOut(parts) },
    '/api/auth/get-session': { method: 'GET', handler: getSession(parts) },
    '/api/auth/change-password': { method: 'POST', handler: changePassword(parts) },
    ...secondFactorRoutes(parts),
    ...passkeyRoutes(parts),
  };
  return async (request, context) => {
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
    return route.handler(request, context);
  };
}

/** Answers the session, or `{twoFactorRedirect: true}` and a cookie for `/api/auth/two-factor/verify-*` when a second factor is due. */
function signIn(parts: AuthParts): AuthHandler {
  const { betterAuth, limit, settings } = parts;
  return async (request, context) => {
    const { clientAddress } = context;
    const given = await readBody(request, signInSchema, settings.JSON_BODY_MAX_BYTES);
    const email = given.email.trim().toLowerCase();
    limit.begin(email, clientAddress, () => void blocked(parts, email, context));
    // One answer, whether the e-mail, the password or only its length is wrong; better-auth hashes for an unknown e-mail too, so the time is the same.
    const wrong = new ProblemError('sign_in_failed', 'E-mail or password is wrong');
    if (!z.email().safeParse(email).success || given.password === '' || given.password.length > passwordLengthMax) throw wrong;
    const response = await betterAuth.api.signInEmail({
      body: { email, password: given.password, rememberMe: given.rememberMe ?? true },
      headers: forwarded(request, clientAddress),
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

/** Notes in the audit log that an account takes no more sign-ins from an address for a while. */
async function blocked({ db, audit, log }: AuthParts, email: string, { clientAddress, requestId }: AuthContext): Promise<void> {
  try {
    const user = await db.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst();
    if (!user) return;
    const account = { userId: user.id, email };
    await audit.note({ by: { ...account, clientAddress, requestId }, action: 'sign_in.block', subject: accountSubject(account) });
  } catch (error) {
    log.error({ event: 'audit_failed', err: error }, 'a blocked sign-in could not be noted');
  }
}

async function signUp(): Promise<Response> {
  throw new ProblemError('sign_up_closed', 'An administrator of this hub makes accounts');
}

function signOut({ betterAuth, sessions, ends }: AuthParts): AuthHandler {
  return async (request, { clientAddress }) => {
    const identity = await sessions.identify(request);
    const response = await betterAuth.api.signOut({ headers: forwarded(request, clientAddress), asResponse: true });
    if (identity) ends.publish({ userId: identity.caller.userId, credential: identity.credential, reason: 'signed_out' });
    return uncached(response);
  };
}

function getSession({ betterAuth }: AuthParts): AuthHandler {
  return async (request, { clientAddress }) =>
    uncached(await betterAuth.api.getSession({ headers: forwarded(request, clientAddress), query: { disableCookieCache: true }, asResponse: true }));
}

/** Ours instead of better-auth's: the session that asks goes on, every other one ends, and guesses are counted as those of a sign-in. */
function changePassword(parts: AuthParts): AuthHandler {
  const { db, sessions, audit, settings } = parts;
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const given = await readBody(request, changePasswordSchema, settings.JSON_BODY_MAX_BYTES);
    assertPasswordAllowed(given.newPassword, settings.PASSWORD_LENGTH_MIN);
    const { userId } = identity.caller;
    await confirmPassword(parts, identity, given.currentPassword, context);
    const password = await hashPassword(given.newPassword);
    await db.transaction().execute(async (trx) => {
      await trx
        .updateTable('account')
        .set({ password, updatedAt: new Date().toISOString() })
        .where('userId', '=', userId)
        .where('providerId', '=', passwordProvider)
        .execute();
      await audit.record(hubTables(trx), { by: actor(identity, context), action: 'user.change_password', subject: accountSubject(identity.caller) });
    });
    await sessions.endOthers(userId, sessions.tokenOf(request));
    return new Response(null, { status: 204 });
  };
}
