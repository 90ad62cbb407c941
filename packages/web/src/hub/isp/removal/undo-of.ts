// Whether a removal can be undone, as the hub would answer at this moment. Pure.
import type { ConnectionDetail } from '@relevo/protocol';

type Undo =
  /** Nothing was taken. */
  | { state: 'none' }
  | { state: 'possible'; leftMs: number }
  /** Another connection has its address or PPP user. */
  | { state: 'blocked'; by: number }
  | { state: 'over' };

/** `now` in milliseconds since the epoch. */
export function undoOf({ estado, undo_until, undo_blocked_by }: Pick<ConnectionDetail, 'estado' | 'undo_until' | 'undo_blocked_by'>, now: number): Undo {
  const leftMs = undo_until === null ? 0 : Date.parse(undo_until) - now;
  if (leftMs <= 0) return { state: estado === 'eliminada' ? 'over' : 'none' };
  return undo_blocked_by === null ? { state: 'possible', leftMs } : { state: 'blocked', by: undo_blocked_by };
}
