// Works on the accounts without a hub: for `relevo admin`, whether the hub runs on the same database or not.
import { randomBytes } from 'node:crypto';
import type { Permission, User } from '@relevo/protocol';
import { createLog, readSettings } from '@relevo/runtime';
import { AuditLog } from '../audit/audit-log.ts';
import { openHubDatabase } from '../database/database.ts';
import { hubSettings } from '../settings.ts';
import type { FirstAdmin } from './auth.ts';
import { createAuth } from './create-auth.ts';
import { emailSchema, generatePassword } from './first-admin.ts';
import type { Users } from './users.ts';

export type Environment = Record<string, string | undefined>;

export interface NewAdmin {
  email: string;
  name: string;
  /** Generated when absent. */
  password: string | undefined;
}

/** Makes an administrator. Answers its password, given or generated. @throws ProblemError `user_exists`, `password_weak`, SettingsError, ZodError for a bad e-mail */
export function createAdmin(env: Environment, { email, name, password: given }: NewAdmin): Promise<FirstAdmin> {
  return withUsers(env, async (users, lengthMin) => {
    const password = given ?? generatePassword(lengthMin);
    const user = await users.create({ email: emailSchema.parse(email), name, password, role: 'admin' });
    return { email: user.email, password };
  });
}

/** Gives an account a new password and enables it; its sessions end. Answers `undefined` when there is no such account. */
export function resetPassword(env: Environment, email: string, given: string | undefined): Promise<FirstAdmin | undefined> {
  return withUsers(env, async (users, lengthMin) => {
    const user = await users.findByEmail(emailSchema.parse(email));
    if (!user) return undefined;
    const password = given ?? generatePassword(lengthMin);
    await users.update(user.id, { password, disabled: false });
    return { email: user.email, password };
  });
}

/** For who lost their device: the password alone signs in, and the sessions end. Answers `undefined` when there is no such account. */
export function resetSecondFactors(env: Environment, email: string): Promise<User | undefined> {
  return withUsers(env, async (users) => {
    const user = await users.findByEmail(emailSchema.parse(email));
    if (user) await users.resetSecondFactors(user.id);
    return user;
  });
}

/** Makes `permissions` all that an account may beyond its own things. Answers `undefined` when there is no such account. */
export function grantPermissions(env: Environment, email: string, permissions: readonly Permission[]): Promise<User | undefined> {
  return withUsers(env, async (users) => {
    const user = await users.findByEmail(emailSchema.parse(email));
    return user && users.update(user.id, { permissions });
  });
}

async function withUsers<Result>(env: Environment, work: (users: Users, passwordLengthMin: number) => Promise<Result>): Promise<Result> {
  const settings = readSettings(hubSettings, env);
  const { db } = await openHubDatabase(settings.HUB_DATA_DIR);
  try {
    // Nothing is signed here, so the hub's own secret is left alone.
    const secret = randomBytes(32).toString('base64url');
    const log = createLog({ level: 'silent', format: 'json', service: 'hub' });
    const auth = await createAuth({ db, settings, secret, audit: new AuditLog(db, settings.AUDIT_HISTORY_MS), log });
    try {
      return await work(auth.users, settings.PASSWORD_LENGTH_MIN);
    } finally {
      auth.close();
    }
  } finally {
    await db.destroy();
  }
}
