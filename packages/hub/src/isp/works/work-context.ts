// What a piece of work has to know before it begins: the connection, its router, and what was taken from it before.
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubSettings } from '../../settings.ts';
import { lookUpConnection } from '../connections/connection-rows.ts';
import { keptOf } from './kept.ts';
import type { WorkContext } from './work.ts';

export async function contextOf(
  { db, settings }: { db: HubDatabase; settings: Pick<HubSettings, 'ISP_UNDO_MAX_MS' | 'ISP_COMPARE_MAX'> },
  row: IspStepTable,
): Promise<WorkContext> {
  const id = row.id_conexion;
  const connection = id === null ? undefined : await lookUpConnection(db, id);
  const routerId = id === null ? row.id_router : connection?.id_router;
  const router = routerId == null ? undefined : await db.selectFrom('router').selectAll().where('id_router', '=', routerId).executeTakeFirst();
  const kept = id === null ? [] : await keptOf(db, id);
  return {
    db,
    row,
    connection,
    router,
    removed: kept.find(({ reason }) => reason === 'removal'),
    suspended: kept.find(({ reason }) => reason === 'suspension'),
    undoMaxMs: settings.ISP_UNDO_MAX_MS,
    compareMax: settings.ISP_COMPARE_MAX,
  };
}
