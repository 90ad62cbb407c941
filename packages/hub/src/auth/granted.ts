// What a user may do beyond their own things: read with the user, in one query.
import { type Permission, permissions } from '@relevo/protocol';
import { sql } from 'kysely';
import type { Caller } from '../http/endpoint.ts';

/** For `select` on `user`: the granted permissions, separated by spaces; null for none. */
export const grantedTo = sql<string | null>`(SELECT group_concat(permission, ' ') FROM user_permission WHERE user_id = "user".id)`.as('granted');

/** An administrator has all, in the order in which they are declared. */
export function permissionsOf({ role, granted }: { role: string | null; granted: string | null }): Permission[] {
  if (role === 'admin') return [...permissions];
  const names = (granted ?? '').split(' ');
  return permissions.filter((permission) => names.includes(permission));
}

/** For `select` on `user`: what `callerFrom` needs, and whether the account is disabled. */
export const callerColumns = ['user.id', 'user.email', 'user.name', 'user.role', 'user.banned', grantedTo] as const;

export function callerFrom(row: { id: number; email: string; name: string; role: string | null; granted: string | null }): Caller {
  return { userId: row.id, email: row.email, name: row.name, role: row.role === 'admin' ? 'admin' : 'user', permissions: permissionsOf(row) };
}
