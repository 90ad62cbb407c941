// Until when a removal can be undone, and what stands in its way until then.
import type { OperationKey } from '@relevo/progress/engine';
import type { ConnectionResource } from '@relevo/protocol';
import type { HubDatabase } from '../../database/database.ts';
import { findConflict } from '../connections/connection-rows.ts';
import { findKept } from '../works/kept.ts';
import { isWorkedOn } from '../works/step-rows.ts';
import type { WorkName } from '../works/works.ts';

const removing = ['remove-service', 'remove-router', 'remove-config', 'remove-connection'] satisfies WorkName[];

export interface UndoWindow {
  /** Null: nothing was taken that could be put back, or it was too long ago. */
  undo_until: string | null;
  /** The connection that has its address or PPP user by now: while it has, an undo is refused. */
  undo_blocked_by: number | null;
  /** An operation works on it: other work, an undo too, is refused until that ends. */
  busy: boolean;
}

/** `undoMaxMs` is ISP_UNDO_MAX_MS. */
export async function undoWindowOf(db: HubDatabase, connection: ConnectionResource, undoMaxMs: number): Promise<UndoWindow> {
  const kept = await findKept(db, connection.id_conexion, 'removal');
  const undo_until = kept ? endOf(kept.at, undoMaxMs) : null;
  const conflict = undo_until !== null && connection.estado === 'eliminada' ? await findConflict(db, connection, connection.id_conexion) : undefined;
  return { undo_until, undo_blocked_by: conflict?.id ?? null, busy: await isWorkedOn(db, connection.id_conexion) };
}

/** Of the steps of a removal whose effect can still be undone, until when: none when somebody else's removal or undo came after it. */
export async function undoTimesOf(db: HubDatabase, { userId, id }: OperationKey, undoMaxMs: number): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('isp_step')
    .innerJoin('connection_kept', (join) => join.onRef('connection_kept.id_conexion', '=', 'isp_step.id_conexion').on('connection_kept.reason', '=', 'removal'))
    .select(['isp_step.step', 'isp_step.id_conexion', 'isp_step.updated_at', 'connection_kept.at'])
    .where('isp_step.user_id', '=', userId)
    .where('isp_step.operation_id', '=', id)
    .where('isp_step.state', '=', 'completed')
    .where('isp_step.work', 'in', removing)
    .execute();
  const last = new Map<number | null, string>();
  for (const { id_conexion, updated_at } of rows) if (updated_at > (last.get(id_conexion) ?? '')) last.set(id_conexion, updated_at);
  return new Map(
    rows.flatMap(({ step, id_conexion, at }) => {
      const end = at <= (last.get(id_conexion) ?? '') ? endOf(at, undoMaxMs) : null;
      return end === null ? [] : [[step, end]];
    }),
  );
}

function endOf(keptAt: string, undoMaxMs: number): string | null {
  const end = Date.parse(keptAt) + undoMaxMs;
  return end < Date.now() ? null : new Date(end).toISOString();
}
