// Two-factor sign-in under `/api/auth/two-factor/`: an authenticator app (TOTP, RFC 6238) and recovery codes, made and checked by better-auth.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { hubTables } from './accounts-schema.ts';
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
import { readBody } from './read-body.ts';
import { UsedCodes } from './used-codes.ts';

const passwordSchema = z.object({ password: z.string().max(4096) });
const codeSchema = z.object({ code: z.string().max(64) });

/** Whose second factor a request brings: of a session that turns it on, or of a password that was right. */
interface Challenged {
  userId: number;
  email: string;
}

export function secondFactorRoutes(parts: AuthParts): AuthRoutes {
  return {
    '/api/auth/two-factor/enable': { method: 'POST', handler: enable(parts) },
    '/api/auth/two-factor/verify-totp': { method: 'POST', handler: verifyCode(parts, new UsedCodes()) },
    '/api/auth/two-factor/verify-backup-code': { method: 'POST', handler: verifyRecoveryCode(parts) },
    '/api/auth/two-factor/generate-backup-codes': { method: 'POST', handler: newRecoveryCodes(parts) },
    '/api/auth/two-factor/disable': { method: 'POST', handler: disable(parts) },
  };
}

/** Makes a secret and recovery codes; they count once `verify-totp` saw a right code. */
function enable(parts: AuthParts): AuthHandler {
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { password } = await readBody(request, passwordSchema, parts.settings.JSON_BODY_MAX_BYTES);
    if (await isOn(parts, identity.caller.userId)) throw new ProblemError('second_factor_on', 'Turn it off before setting it up again');
    await confirmPassword(parts, identity, password, context);
    const made = await parts.betterAuth.api.enableTwoFactor({
      body: { password, method: 'totp', issuer: `Relevo ${new URL(parts.settings.PUBLIC_URL ?? request.url).hostname}` },
      headers: forwarded(request, context.clientAddress),
    });
    if (made.method !== 'totp') throw new Error('better-auth made no secret');
    return uncached(Response.json({ totpURI: made.totpURI, backupCodes: made.backupCodes }));
  };
}

function verifyCode(parts: AuthParts, used: UsedCodes): AuthHandler {
  const { betterAuth, sessions, limit, audit, settings } = parts;
  return async (request, context) => {
    const code = (await readBody(request, codeSchema, settings.JSON_BODY_MAX_BYTES)).code.replace(/\s/g, '');
    const identity = await sessions.identify(request);
    const who = identity ? identity.caller : await challenged(parts, request);
    if (identity && (await isOn(parts, who.userId))) throw new ProblemError('second_factor_on', 'Two-factor sign-in is on already');
    limit.begin(limitKey(who), context.clientAddress);
    if (!/^[0-9]{6}$/.test(code) || !used.claim(who.userId, code)) throw new ProblemError('second_factor_wrong', 'The code is wrong, or was used already');
    const answer = await betterAuth.api.verifyTOTP({ body: { code }, headers: forwarded(request, context.clientAddress), asResponse: true });
    if (!answer.ok) used.release(who.userId, code);
    await assertAccepted(parts, answer, who, context);
    limit.succeeded(limitKey(who), context.clientAddress);
    if (identity) {
      const token = sessions.tokenOf(request);
      if (token !== undefined) sessions.replaced(who.userId, token);
      await audit.note({ by: actor(identity, context), action: 'two_factor.enable', subject: accountSubject(who) });
    }
    return uncached(answer);
  };
}

/** Each recovery code is good once. */
function verifyRecoveryCode(parts: AuthParts): AuthHandler {
  const { betterAuth, limit, audit, settings } = parts;
  return async (request, context) => {
    const { code } = await readBody(request, codeSchema, settings.JSON_BODY_MAX_BYTES);
    const who = await challenged(parts, request);
    limit.begin(limitKey(who), context.clientAddress);
    const headers = forwarded(request, context.clientAddress);
    // With a session in the same browser better-auth would take the code for that one's.
    headers.set('cookie', withoutCookie(headers.get('cookie') ?? '', (await betterAuth.$context).authCookies.sessionToken.name));
    const answer = await betterAuth.api.verifyBackupCode({ body: { code: code.trim() }, headers, asResponse: true });
    await assertAccepted(parts, answer, who, context);
    limit.succeeded(limitKey(who), context.clientAddress);
    const { clientAddress, requestId } = context;
    await audit.note({ by: { ...who, clientAddress, requestId }, action: 'two_factor.use_recovery_code', subject: accountSubject(who) });
    return uncached(answer);
  };
}

/** The old recovery codes are good no more. */
function newRecoveryCodes(parts: AuthParts): AuthHandler {
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { password } = await readBody(request, passwordSchema, parts.settings.JSON_BODY_MAX_BYTES);
    if (!(await isOn(parts, identity.caller.userId))) throw new ProblemError('second_factor_off', 'Two-factor sign-in is off');
    await confirmPassword(parts, identity, password, context);
    const { backupCodes } = await parts.betterAuth.api.generateBackupCodes({ body: { password }, headers: forwarded(request, context.clientAddress) });
    await parts.audit.note({
      by: actor(identity, context),
      action: 'two_factor.renew_recovery_codes',
      subject: accountSubject(identity.caller),
    });
    return uncached(Response.json({ backupCodes }));
  };
}

function disable(parts: AuthParts): AuthHandler {
  const { db, audit, settings } = parts;
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { password } = await readBody(request, passwordSchema, settings.JSON_BODY_MAX_BYTES);
    const { userId } = identity.caller;
    if (!(await isOn(parts, userId))) throw new ProblemError('second_factor_off', 'Two-factor sign-in is off');
    await confirmPassword(parts, identity, password, context);
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('twoFactor').where('userId', '=', userId).execute();
      await trx.updateTable('user').set({ twoFactorEnabled: 0 }).where('id', '=', userId).execute();
      await audit.record(hubTables(trx), { by: actor(identity, context), action: 'two_factor.disable', subject: accountSubject(identity.caller) });
    });
    return new Response(null, { status: 204 });
  };
}

async function isOn({ db }: AuthParts, userId: number): Promise<boolean> {
  return (await db.selectFrom('user').select('twoFactorEnabled').where('id', '=', userId).executeTakeFirst())?.twoFactorEnabled === 1;
}

/** Whose password was right. @throws ProblemError `second_factor_expired` */
async function challenged({ betterAuth, db, sessions }: AuthParts, request: Request): Promise<Challenged> {
  const { name } = (await betterAuth.$context).createAuthCookie('two_factor');
  const identifier = sessions.signedCookie(request, name);
  const row =
    identifier === undefined
      ? undefined
      : await db
          .selectFrom('verification')
          .innerJoin('user', (join) => join.on((on) => on('user.id', '=', on.cast<number>('verification.value', 'integer'))))
          .select(['user.id', 'user.email'])
          .where('verification.identifier', '=', identifier)
          .where('verification.expiresAt', '>', new Date().toISOString())
          .executeTakeFirst();
  if (!row) throw new ProblemError('second_factor_expired', 'Sign in with the password again');
  return { userId: row.id, email: row.email };
}

/** @throws ProblemError for every answer that is no success */
async function assertAccepted(parts: AuthParts, answer: Response, who: Challenged, { clientAddress, requestId }: AuthContext): Promise<void> {
  if (answer.ok) return;
  const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
  if (answer.status === 403) throw new ProblemError('account_disabled', 'An administrator has disabled this account');
  if (code === 'INVALID_TWO_FACTOR_COOKIE' || code === 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE') {
    throw new ProblemError('second_factor_expired', 'Sign in with the password again');
  }
  const { db, audit } = parts;
  const row = await db.selectFrom('twoFactor').select('lockedUntil').where('userId', '=', who.userId).executeTakeFirst();
  const lockedMs = row?.lockedUntil ? Date.parse(row.lockedUntil) - Date.now() : 0;
  if (code !== 'ACCOUNT_TEMPORARILY_LOCKED' && lockedMs > 0) {
    await audit.note({ by: { ...who, clientAddress, requestId }, action: 'two_factor.lock', subject: accountSubject(who) });
  }
  if (answer.status === 429) {
    const seconds = Math.max(1, Math.ceil(lockedMs / 1000));
    throw new ProblemError('too_many_requests', `Too many wrong codes; try again in ${seconds} s`, { headers: { 'retry-after': String(seconds) } });
  }
  // 409: the same recovery code came twice at once, and the other was first.
  if (answer.status === 401 || answer.status === 409) throw new ProblemError('second_factor_wrong', 'The code is wrong, or was used already');
  throw new ProblemError('second_factor_off', 'Two-factor sign-in was not set up');
}

/** Of its own: a right password must not forgive wrong codes. */
function limitKey({ email }: Challenged): string {
  return `second factor of ${email}`;
}

function withoutCookie(header: string, name: string): string {
  const kept = header.split(/;\s*/).filter((pair) => !pair.startsWith(`${name}=`));
  return kept.join('; ');
}
