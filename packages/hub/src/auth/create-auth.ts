// Puts the parts of accounts together.

import { type AccountSecurity, parseBearer } from '@relevo/protocol';
import { type Log, ProblemError } from '@relevo/runtime';
import type { AuditLog } from '../audit/audit-log.ts';
import type { HubDatabase } from '../database/database.ts';
import type { HubSettings } from '../settings.ts';
import { type AccountsDatabase, withAccounts } from './accounts-schema.ts';
import { ApiKeys } from './api-keys.ts';
import type { Auth } from './auth.ts';
import { authRoutes } from './auth-routes.ts';
import { type BetterAuth, openBetterAuth, sessionSecret } from './better-auth.ts';
import { checkAdminSettings, ensureFirstAdmin } from './first-admin.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';
import { Passkeys } from './passkeys.ts';
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
  audit: AuditLog;
  log: Log;
}

/** Opens the accounts of the hub and brings their tables to the newest version. @throws SettingsError when ADMIN_EMAIL or ADMIN_PASSWORD cannot be used */
export async function createAuth({ db: hubDb, settings, secret, audit, log }: AuthOptions): Promise<Auth> {
  checkAdminSettings(settings);
  const betterAuth = await openBetterAuth({ db: hubDb, settings, secret, log });
  const db = withAccounts(hubDb);
  const ends = new SessionEnds();
  const users = new Users({ db, ends, audit, passwordLengthMin: settings.PASSWORD_LENGTH_MIN, permissionsDefault: settings.USER_PERMISSIONS_DEFAULT });
  const apiKeys = new ApiKeys({ db, ends, audit, perUserMax: settings.API_KEYS_PER_USER_MAX });
  const cookieName = (await betterAuth.$context).authCookies.sessionToken.name;
  const sessions = new Sessions({ db, ends, secret: sessionSecret(secret), cookieName });
  const limit = new SignInLimit({
    failuresMax: settings.SIGN_IN_FAILURES_MAX,
    windowMs: settings.SIGN_IN_WINDOW_MS,
    countersMax: settings.SIGN_IN_COUNTERS_MAX,
  });
  const passkeys = new Passkeys({ db, challenges: new PasskeyChallenges(settings.PASSKEY_CHALLENGES_MAX), perUserMax: settings.PASSKEYS_PER_USER_MAX });
  const route = authRoutes({ betterAuth, db, sessions, ends, limit, audit, passkeys, log, settings });

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
    sessions,
    securityOf: async (userId) => ({ ...(await recoveryCodes(betterAuth, db, userId)), passkeys: await passkeys.list(userId) }),
    identify,
    callerOf: async (request) => (await identify(request))?.caller,
    handle: async (request, clientAddress, requestId) => {
      try {
        return await route(request, { clientAddress, requestId });
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

async function recoveryCodes(betterAuth: BetterAuth, db: AccountsDatabase, userId: number): Promise<Omit<AccountSecurity, 'passkeys'>> {
  const user = await db.selectFrom('user').select('twoFactorEnabled').where('id', '=', userId).executeTakeFirst();
  if (user?.twoFactorEnabled !== 1) return { two_factor: false, recovery_codes_left: 0 };
  const { backupCodes } = await betterAuth.api.viewBackupCodes({ body: { userId: String(userId) } });
  return { two_factor: true, recovery_codes_left: backupCodes.length };
}
