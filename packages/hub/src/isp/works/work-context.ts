// What a piece of work has to know before it begins: the connection, its router, and what was taken from it before.
import { preparedQuery } from '@relevo/runtime';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubSettings } from '../../settings.ts';
import { lookUpConnections } from '../connections/connection-rows.ts';
import { keptOf } from './kept.ts';
import type { WorkContext } from './work.ts';

/** Tells it of each of `rows`, which are looked up together: as many as are settled at once, at most. */
export async function contextsOf(
  { db, settings }: { db: HubDatabase; settings: Pick<HubSettings, 'ISP_UNDO_MAX_MS' | 'ISP_COMPARE_MAX'> },
  rows: readonly IspStepTable[],
): Promise<(row: IspStepTable) => WorkContext> {
  const ids = rows.flatMap(({ id_conexion }) => id_conexion ?? []);
  const connections = new Map((ids.length === 0 ? [] : await lookUpConnections(db, ids)).map((connection) => [connection.id_conexion, connection]));
  const kept = Map.groupBy(ids.length === 0 ? [] : await keptOf(db, ids), ({ id_conexion }) => id_conexion);
  const routerOf = ({ id_conexion, id_router }: IspStepTable) => (id_conexion === null ? id_router : connections.get(id_conexion)?.id_router) ?? undefined;
  const named = [...new Set(rows.flatMap((row) => routerOf(row) ?? []))];
  const found = named.length === 0 ? [] : await selectRouters(db, { ids: JSON.stringify(named) });
  const routers = new Map(found.map((router) => [router.id_router, router]));
  return (row) => {
    const ofConnection = kept.get(row.id_conexion ?? 0) ?? [];
    return {
      db,
      row,
      connection: connections.get(row.id_conexion ?? 0),
      router: routers.get(routerOf(row) ?? 0),
      removed: ofConnection.find(({ reason }) => reason === 'removal'),
      suspended: ofConnection.find(({ reason }) => reason === 'suspension'),
      undoMaxMs: settings.ISP_UNDO_MAX_MS,
      compareMax: settings.ISP_COMPARE_MAX,
    };
  };
}

const selectRouters = preparedQuery((db: HubDatabase, { ids }: { ids: string }) =>
  db.selectFrom('router').selectAll().where('id_router', 'in', sql<number>`(SELECT value FROM json_each(${ids}))`).compile(),
);
