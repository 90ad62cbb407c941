// What the signed-in person may do beyond their own things.
import type { Permission } from '@relevo/protocol';
import { useMe } from './session.ts';

/** The hub decides; the pages only leave out what it would refuse. */
export function useMay(permission: Permission): boolean {
  const { role, permissions } = useMe();
  return role === 'admin' || permissions.includes(permission);
}
