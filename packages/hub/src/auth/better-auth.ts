// better-auth on the hub's own database: it makes sessions and their cookies. The hub offers only what `auth-routes.ts` lets through.
import { createHmac } from 'node:crypto';
import type { Log } from '@relevo/runtime';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { admin, twoFactor } from 'better-auth/plugins';
import type { HubDatabase } from '../database/database.ts';
import type { HubSettings } from '../settings.ts';
import { hashPassword, passwordLengthMax, verifyPassword } from './passwords.ts';
import { sessionStarter } from './session-starter.ts';

/** How long better-auth itself trusts the signed copy of a session in its cookie, seconds; the hub does not rely on it. */
const cookieCacheMaxAgeS = 60;

/** How long a right password waits for its second factor, seconds. */
const secondFactorMaxAgeS = 600;

/** The header in which better-auth is told the address of the peer; it comes from us, never from the client. */
export const clientAddressHeader = 'x-relevo-client-address';

export interface BetterAuthOptions {
  db: HubDatabase;
  settings: HubSettings;
  /** AUTH_SECRET */
  secret: string;
  log: Log;
}

/** Sessions are signed with a key of their own, so that no other token signed with AUTH_SECRET can pass for one. */
export function sessionSecret(secret: string): string {
  return createHmac('sha256', secret).update('relevo sessions v1').digest('base64url');
}

/** Opens better-auth and brings its tables to its newest version. */
export async function openBetterAuth({ db, settings, secret, log }: BetterAuthOptions) {
  const sessionMaxAgeS = Math.floor(settings.SESSION_MAX_AGE_MS / 1000);
  const options = {
    appName: 'Relevo',
    // Only for links in mails, which the hub does not send. Origins are checked by the hub itself, before better-auth sees a request.
    baseURL: settings.PUBLIC_URL ?? 'http://localhost',
    basePath: '/api/auth',
    secret: sessionSecret(secret),
    database: { db, type: 'sqlite' as const },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: settings.PASSWORD_LENGTH_MIN,
      maxPasswordLength: passwordLengthMax,
      password: { hash: hashPassword, verify: ({ hash, password }: { hash: string; password: string }) => verifyPassword(password, hash) },
    },
    plugins: [
      admin({ defaultRole: 'user', adminRoles: ['admin'] }),
      twoFactor({
        issuer: 'Relevo',
        twoFactorCookieMaxAge: secondFactorMaxAgeS,
        accountLockout: { maxFailedAttempts: settings.SIGN_IN_FAILURES_MAX, durationSeconds: Math.ceil(settings.SECOND_FACTOR_LOCK_MS / 1000) },
      }),
      sessionStarter,
    ],
    session: {
      expiresIn: sessionMaxAgeS,
      updateAge: Math.min(86_400, Math.ceil(sessionMaxAgeS / 10)),
      cookieCache: { enabled: true, strategy: 'jwt' as const, maxAge: cookieCacheMaxAgeS },
      additionalFields: { lastSeenAt: { type: 'date' as const, required: false, input: false } },
    },
    advanced: {
      database: { generateId: 'serial' as const },
      cookiePrefix: 'relevo',
      useSecureCookies: servesHttps(settings),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn' as const,
      log: (level: 'debug' | 'info' | 'success' | 'warn' | 'error', message: string) => {
        // Its warnings are failed sign-ins, which are answered and counted already.
        if (level === 'error') log.error({ event: 'better_auth' }, message);
        else log.debug({ event: 'better_auth' }, message);
      },
    },
  };
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  return betterAuth(options);
}

export type BetterAuth = Awaited<ReturnType<typeof openBetterAuth>>;

function servesHttps(settings: HubSettings): boolean {
  if (settings.PUBLIC_URL !== undefined) return settings.PUBLIC_URL.startsWith('https://');
  return settings.TLS_CERT !== undefined && settings.TLS_KEY !== undefined;
}
