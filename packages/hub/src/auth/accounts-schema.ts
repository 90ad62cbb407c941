// The accounts' tables as better-auth makes them in SQLite, for our own queries. Times are ISO 8601 text, flags 0 or 1.
// Types, not interfaces: Kysely's `withTables` asks for that.
import type { Generated } from 'kysely';
import type { HubDatabase } from '../database/database.ts';

type UserTable = {
  id: Generated<number>;
  name: string;
  /** Lower case. */
  email: string;
  emailVerified: number;
  createdAt: string;
  updatedAt: string;
  role: string | null;
  /** What the rest of the hub calls disabled. */
  banned: number | null;
  /** 1 once the first code of an authenticator app was right. */
  twoFactorEnabled: number | null;
};

type SessionTable = {
  id: Generated<number>;
  expiresAt: string;
  token: string;
  userId: number;
  createdAt: string;
  updatedAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  /** Written at most once a minute. */
  lastSeenAt: string | null;
};

/** An authenticator app, and the recovery codes beside it. */
type TwoFactorTable = {
  id: Generated<number>;
  userId: number;
  /** 0 until its first code was right. */
  verified: number | null;
  failedVerificationCount: number | null;
  lockedUntil: string | null;
};

/** A right password that waits for its second factor, among others. */
type VerificationTable = {
  id: Generated<number>;
  identifier: string;
  value: string;
  expiresAt: string;
};

type AccountTable = {
  id: Generated<number>;
  accountId: string;
  providerId: string;
  userId: number;
  password: string | null;
  createdAt: string;
  updatedAt: string;
};

export type AccountsSchema = {
  user: UserTable;
  session: SessionTable;
  account: AccountTable;
  twoFactor: TwoFactorTable;
  verification: VerificationTable;
};

/** better-auth's name for an account that signs in with a password. */
export const passwordProvider = 'credential';

/** The hub's database with the accounts' tables in sight. */
export function withAccounts(db: HubDatabase) {
  return db.withTables<AccountsSchema>();
}

export type AccountsDatabase = ReturnType<typeof withAccounts>;

/** The same transaction with the accounts' tables out of sight, for what knows only of the hub's. */
export function hubTables(trx: AccountsDatabase): HubDatabase {
  return trx as unknown as HubDatabase;
}
