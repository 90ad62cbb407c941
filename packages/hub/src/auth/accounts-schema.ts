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
};

type SessionTable = {
  id: Generated<number>;
  expiresAt: string;
  token: string;
  userId: number;
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
};

/** better-auth's name for an account that signs in with a password. */
export const passwordProvider = 'credential';

/** The hub's database with the accounts' tables in sight. */
export function withAccounts(db: HubDatabase) {
  return db.withTables<AccountsSchema>();
}

export type AccountsDatabase = ReturnType<typeof withAccounts>;
