// The first administrator: from the environment, or made with a random password.
import { randomBytes } from 'node:crypto';
import { SettingsError } from '@relevo/runtime';
import { z } from 'zod';
import type { HubSettings } from '../settings.ts';
import type { FirstAdmin } from './auth.ts';
import { isPasswordLengthAllowed, passwordLengthMax } from './passwords.ts';
import type { Users } from './users.ts';

const defaultEmail = 'admin@relevo.local';

/** Checks what only accounts know of the settings. @throws SettingsError */
export function checkAdminSettings({ ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD_LENGTH_MIN }: HubSettings): void {
  if (ADMIN_EMAIL !== undefined && !emailSchema.safeParse(ADMIN_EMAIL).success) {
    throw new SettingsError(`ADMIN_EMAIL=${JSON.stringify(ADMIN_EMAIL)} is not allowed: it must be an e-mail address, as admin@example.com`);
  }
  if (ADMIN_PASSWORD !== undefined && !isPasswordLengthAllowed(ADMIN_PASSWORD, PASSWORD_LENGTH_MIN)) {
    throw new SettingsError(`ADMIN_PASSWORD=*** is not allowed: it must be text of ${PASSWORD_LENGTH_MIN} to ${passwordLengthMax} characters`);
  }
}

/** Does nothing when there is an administrator. Answers e-mail and password when the password is a generated one. */
export async function ensureFirstAdmin(users: Users, { ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD_LENGTH_MIN }: HubSettings): Promise<FirstAdmin | undefined> {
  if (await users.hasAdmin()) return undefined;
  const email = emailSchema.parse(ADMIN_EMAIL ?? defaultEmail);
  const password = ADMIN_PASSWORD ?? generatePassword(PASSWORD_LENGTH_MIN);
  await users.create({ email, name: 'Admin', password, role: 'admin' });
  return ADMIN_PASSWORD === undefined ? { email, password } : undefined;
}

/** At least 20 characters of base64url, 120 random bits or more. */
export function generatePassword(lengthMin: number): string {
  const length = Math.max(20, lengthMin);
  return randomBytes(length).toString('base64url').slice(0, length);
}

/** An e-mail address as accounts know it: trimmed, lower case, at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());
