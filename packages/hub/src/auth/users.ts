// The accounts of people: who exists, in what role, and whether they may come in.
import type { Permission, User } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Actor, AuditLog } from '../audit/audit-log.ts';
import { type AccountsDatabase, type AccountsSchema, hubTables, passwordProvider } from './accounts-schema.ts';
import { grantedTo, permissionsOf } from './granted.ts';
import { assertPasswordAllowed, hashPassword } from './passwords.ts';
import type { SessionEnds } from './session-ends.ts';

export interface NewUser {
  /** Already lower case. */
  email: string;
  name: string;
  password: string;
  role: 'admin' | 'user';
  /** Of a new user when absent: those of USER_PERMISSIONS_DEFAULT. */
  permissions?: readonly Permission[] | undefined;
}

export interface UserChanges {
  name?: string | undefined;
  role?: 'admin' | 'user' | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
  permissions?: readonly Permission[] | undefined;
}

export interface UsersOptions {
  db: AccountsDatabase;
  ends: SessionEnds;
  audit: AuditLog;
  /** PASSWORD_LENGTH_MIN */
  passwordLengthMin: number;
  /** USER_PERMISSIONS_DEFAULT */
  permissionsDefault: readonly Permission[];
}

export class Users {
  readonly #db: AccountsDatabase;
  readonly #ends: SessionEnds;
  readonly #audit: AuditLog;
  readonly #passwordLengthMin: number;
  readonly #permissionsDefault: readonly Permission[];

  constructor({ db, ends, audit, passwordLengthMin, permissionsDefault }: UsersOptions) {
    this.#db = db;
    this.#ends = ends;
    this.#audit = audit;
    this.#passwordLengthMin = passwordLengthMin;
    this.#permissionsDefault = permissionsDefault;
  }

  /** Users by id, at most `limit`, from the first after `after`. */
  async list(after: number, limit: number): Promise<User[]> {
    const rows = await this.#db.selectFrom('user').selectAll().select(grantedTo).where('id', '>', after).orderBy('id').limit(limit).execute();
    return rows.map(toUser);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    const row = await this.#db.selectFrom('user').selectAll().select(grantedTo).where('email', '=', email).executeTakeFirst();
    return row && toUser(row);
  }

  async hasAdmin(): Promise<boolean> {
    return (await this.#db.selectFrom('user').select('id').where('role', '=', 'admin').where(notBanned).limit(1).execute()).length > 0;
  }

  /** `by`: nobody at the command line and at first start. @throws ProblemError `user_exists`, `password_weak` */
  async create({ email, name, password, role, permissions = this.#permissionsDefault }: NewUser, by?: Actor): Promise<User> {
    assertPasswordAllowed(password, this.#passwordLengthMin);
    const hash = await hashPassword(password);
    const now = new Date().toISOString();
    const times = { createdAt: now, updatedAt: now };
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .insertInto('user')
        .values({ email, name, role, emailVerified: 1, banned: 0, ...times })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new ProblemError('user_exists', `An account with the e-mail ${email} exists`);
      await trx
        .insertInto('account')
        .values({ userId: row.id, accountId: String(row.id), providerId: passwordProvider, password: hash, ...times })
        .execute();
      await grant(trx, row.id, permissions);
      const user = toUser({ ...row, granted: permissions.join(' ') });
      if (by) await this.#audit.record(hubTables(trx), { by, action: 'user.create', subject: subjectOf(user), after: user });
      return user;
    });
  }

  /** Disabling and a new password end every session of the user. @throws ProblemError `not_found`, `last_admin`, `password_weak` */
  async update(id: number, changes: UserChanges, by?: Actor): Promise<User> {
    if (changes.password !== undefined) assertPasswordAllowed(changes.password, this.#passwordLengthMin);
    const hash = changes.password === undefined ? undefined : await hashPassword(changes.password);
    const { before, after } = await this.#db.transaction().execute(async (trx) => {
      const before = await trx.selectFrom('user').selectAll().select(grantedTo).where('id', '=', id).executeTakeFirst();
      if (!before) throw new ProblemError('not_found', 'There is no such user');
      if (isActiveAdmin(toUser(before)) && (changes.role === 'user' || changes.disabled === true)) {
        const others = await trx.selectFrom('user').select('id').where('role', '=', 'admin').where(notBanned).where('id', '!=', id).limit(1).execute();
        if (others.length === 0) throw new ProblemError('last_admin', 'Make another administrator first');
      }
      const updatedAt = new Date().toISOString();
      const after = await trx
        .updateTable('user')
        .set({
          updatedAt,
          ...(changes.name !== undefined && { name: changes.name }),
          ...(changes.role !== undefined && { role: changes.role }),
          ...(changes.disabled !== undefined && { banned: changes.disabled ? 1 : 0 }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (hash !== undefined)
        await trx.updateTable('account').set({ password: hash, updatedAt }).where('userId', '=', id).where('providerId', '=', passwordProvider).execute();
      if (changes.permissions) await grant(trx, id, changes.permissions);
      const granted = changes.permissions?.join(' ') ?? before.granted;
      if (hash !== undefined || after.banned) await trx.deleteFrom('session').where('userId', '=', id).execute();
      const [was, is] = [toUser(before), toUser({ ...after, granted })];
      if (by)
        for (const action of actionsOf(was, is, hash !== undefined))
          await this.#audit.record(hubTables(trx), { by, action, subject: subjectOf(is), before: was, after: is });
      return { before: was, after: is };
    });
    if (after.disabled && !before.disabled) this.#ends.publish({ userId: id, reason: 'disabled' });
    else if (hash !== undefined) this.#ends.publish({ userId: id, reason: 'password_changed' });
    else if (after.role !== before.role) this.#ends.publish({ userId: id, reason: 'role_changed' });
    return after;
  }

  /** For who lost their device: authenticator app, recovery codes and passkeys go, and every session ends. @throws ProblemError `not_found` */
  async resetSecondFactors(id: number, by?: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx.updateTable('user').set({ twoFactorEnabled: 0 }).where('id', '=', id).returning(['id', 'email']).executeTakeFirst();
      if (!row) throw new ProblemError('not_found', 'There is no such user');
      await trx.deleteFrom('twoFactor').where('userId', '=', id).execute();
      await trx.deleteFrom('passkey').where('user_id', '=', id).execute();
      await trx.deleteFrom('session').where('userId', '=', id).execute();
      if (by) await this.#audit.record(hubTables(trx), { by, action: 'two_factor.reset', subject: { kind: 'user', id, title: row.email } });
    });
    this.#ends.publish({ userId: id, reason: 'second_factor_reset' });
  }
}

/** What the audit log calls a change. */
function actionsOf(before: User, after: User, isPasswordNew: boolean): string[] {
  const actions: string[] = [];
  if (before.name !== after.name) actions.push('user.rename');
  if (before.role !== after.role) actions.push('user.change_role');
  // An administrator has all, so a change of role is none of what was granted.
  else if (before.permissions.join() !== after.permissions.join()) actions.push('user.grant');
  if (before.disabled !== after.disabled) actions.push(after.disabled ? 'user.disable' : 'user.enable');
  if (isPasswordNew) actions.push('user.reset_password');
  return actions;
}

function subjectOf({ id, email }: User) {
  return { kind: 'user', id, title: email };
}

/** For `where`: rows written by better-auth may hold NULL for "never disabled". */
function notBanned(eb: ExpressionBuilder<AccountsSchema, 'user'>) {
  return eb.or([eb('banned', 'is', null), eb('banned', '=', 0)]);
}

function isActiveAdmin(user: User): boolean {
  return user.role === 'admin' && !user.disabled;
}

/** Makes `permissions` all that the user has. */
async function grant(trx: AccountsDatabase, userId: number, permissions: readonly Permission[]): Promise<void> {
  await trx.deleteFrom('user_permission').where('user_id', '=', userId).execute();
  if (permissions.length === 0) return;
  const rows = [...new Set(permissions)].map((permission) => ({ user_id: userId, permission }));
  await trx.insertInto('user_permission').values(rows).execute();
}

function toUser(row: Selectable<AccountsSchema['user']> & { granted: string | null }): User {
  const role = row.role === 'admin' ? 'admin' : 'user';
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role,
    permissions: permissionsOf(row),
    disabled: row.banned === 1,
    two_factor: row.twoFactorEnabled === 1,
    created_at: row.createdAt,
  };
}
