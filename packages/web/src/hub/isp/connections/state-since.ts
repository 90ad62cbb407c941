// Since when a connection is in its state. Pure.
import type { ConnectionDetail } from '@relevo/protocol';

/** When its state last changed, as far as its history tells; else when its record was made. ISO 8601. */
export function stateSince({ historial, created_at }: Pick<ConnectionDetail, 'historial' | 'created_at'>): string {
  return historial.find(({ before, after }) => stateOf(after) !== undefined && stateOf(after) !== stateOf(before))?.at ?? created_at;
}

function stateOf(members: unknown): unknown {
  return typeof members === 'object' && members !== null && 'estado' in members ? members.estado : undefined;
}
