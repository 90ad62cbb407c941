// Puts the parts of accounts together.

import { parseBearer } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { HubDatabase } from '../database/database.ts';
import type { HubSettings } from '../settings.ts';
import { withAccounts } from './accounts-schema.ts';
import { ApiKeys } from './api-keys.ts';
import type { Auth } from './auth.ts';
import { authRoutes } from './auth-routes.ts';
import { openBetterAuth, sessionSecret } from './better-auth.ts';
import { checkAdminSettings, ensureFirstAdmin } from './first-admin.ts';
import { SessionEnds } from './session-ends.ts';
import { Sessions } from './sessions.ts';
import { SignInLimit } from './sign-in-limit.ts';
import { Users } from './users.ts';

/** How often expired sessions are removed and their sockets closed, milliseconds. */
const sweepIntervalMs = 60_000;

export interface AuthOptions {
  db: HubDatabase;
  settings: HubSettings;
  /** AUTH_SECRET, given or kept. */
  secret: string;
  log: Log;
}

/** Opens the accounts of the hub and brings their tables to the newest version. @throws SettingsError when ADMIN_EMAIL or ADMIN_PASSWORD cannot be used */
export async function createAuth({ db: hubDb, settings, secret, log }: AuthOptions): Promise<Auth> {
  checkAdminSettings(settings);
  const betterAuth = await openBetterAuth({ db: hubDb, settings, secret, log });
  const db = withAccounts(hubDb);
  const ends = new SessionEnds();
  const users = new Users({ db, ends, passwordLengthMin: settings.PASSWORD_LENGTH_MIN, permissionsDefault: settings.USER_PERMISSIONS_DEFAULT });
  const apiKeys = new ApiKeys({ db, ends, perUserMax: settings.API_KEYS_PER_USER_MAX });
  const cookieName = (await betterAuth.$context).authCookies.sessionToken.name;
  const sessions = new Sessions({ db, ends, secret: sessionSecret(secret), cookieName });
  const limit = new SignInLimit({
    failuresMax: settings.SIGN_IN_FAILURES_MAX,
    windowMs: settings.SIGN_IN_WINDOW_MS,
    countersMax: settings.SIGN_IN_COUNTERS_MAX,
  });
  const route = authRoutes({ betterAuth, db, sessions, ends, limit, settings });

  const sweep = setInterval(() => {
    sessions.sweep().catch((error: unknown) => log.error({ event: 'session_sweep_failed', err: error }, 'expired sessions could not be removed'));
  }, sweepIntervalMs);
  sweep.unref();

  // A key that is given decides alone: a wrong one must not pass because a cookie happens to be there.
  const identify: Auth['identify'] = (request) => {
    const authorization = request.headers.get('authorization');
    if (authorization === null) return sessions.identify(request);
    const key = parseBearer(authorization);
    return key === undefined ? Promise.resolve(undefined) : apiKeys.identify(key);
  };

  return {
    users,
    apiKeys,
    identify,
    callerOf: async (request) => (await identify(request))?.caller,
    handle: async (request, clientAddress) => {
      try {
        return await route(request, clientAddress);
      } catch (error) {
        if (error instanceof ProblemError) return error.toResponse();
        throw error;
      }
    },
    renewedCookies: async (request) => {
      if (sessions.tokenOf(request) === undefined) return [];
      const cookie = request.headers.get('cookie') ?? '';
      const { headers } = await betterAuth.api.getSession({ headers: new Headers({ cookie }), query: { disableCookieCache: true }, returnHeaders: true });
      return headers.getSetCookie();
    },
    onSessionEnded: (listener) => ends.subscribe(listener),
    ensureFirstAdmin: () => ensureFirstAdmin(users, settings),
    close: () => clearInterval(sweep),
  };
}
