// What the ISP's work changes in the records. None of it may fail; what cannot be done is returned as the text that refuses it.
import type { RouterEntry, StepText } from '@relevo/protocol';
import { preparedQuery } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import { findConflict } from '../connections/connection-rows.ts';
import { findKept, forgetKept, keep, parseEntries } from './kept.ts';
import type { RecordChange } from './record-change.ts';

/** Makes a change; what it returns refuses it, and nothing was written then. */
export type ChangeRecords = (change: RecordChange) => Promise<StepText | undefined>;

export async function removeService(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  if (!connection || connection.id_servicio === null) return;
  await keep(change.transaction, connection.id_conexion, 'removal', { id_servicio: connection.id_servicio, service_removed: 1 });
  await change.write(connection, { id_servicio: null }, 'asignacion_quitada', 'conexion.quitar_asignacion');
}

/** Notes that nothing of the connection is on its router any more. */
export async function removedFromRouter(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  if (!connection || connection.id_router === null) return;
  const { id_conexion, id_router, router } = connection;
  const kept = await findKept(change.transaction, id_conexion, 'removal');
  await keep(change.transaction, id_conexion, 'removal', { id_router, router_removed: 1 });
  const before = { router, entradas: shown(kept && kept.router_removed === 0 ? parseEntries(kept.entries) : []) };
  await change.noteRouterChange(connection, before, { router, entradas: [] }, 'quitada_del_router', 'conexion.quitar_del_router');
}

export async function removeConfig(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  if (!connection || connection.estado === 'eliminada') return;
  const { transaction } = change;
  await forgetLooks(transaction, connection.id_conexion);
  await keep(transaction, connection.id_conexion, 'removal', { estado: connection.estado, config_removed: 1 });
  await change.write(connection, { estado: 'eliminada' }, 'eliminada', 'conexion.eliminar');
}

export async function restoreConfig(change: RecordChange): Promise<StepText | undefined> {
  const connection = await change.connection();
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept || kept.config_removed === 0) return undefined;
  if (await findConflict(change.transaction, connection, connection.id_conexion)) return { code: 'isp.address_taken', values: { ip: connection.direccion_ip } };
  await change.write(connection, { estado: kept.estado ?? 'activa' }, 'restaurada', 'conexion.restaurar');
  await keep(change.transaction, connection.id_conexion, 'removal', { config_removed: 0 });
  return undefined;
}

export async function restoredOnRouter(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept) return;
  const entries = parseEntries(kept.entries);
  await keep(change.transaction, connection.id_conexion, 'removal', { router_removed: 0, entries: '[]' });
  if (entries.length === 0 || connection.id_router === null) return;
  const after = { router: connection.router, entradas: shown(entries) };
  await change.noteRouterChange(connection, { router: connection.router, entradas: [] }, after, 'restaurada', 'conexion.restaurar_en_router');
}

export async function restoreService(change: RecordChange): Promise<StepText | undefined> {
  const connection = await change.connection();
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept) return undefined;
  // A service that was assigned since stays.
  if (kept.service_removed === 1 && kept.id_servicio !== null && connection.id_servicio === null) {
    const service = await change.transaction.selectFrom('service').select('id_servicio').where('id_servicio', '=', kept.id_servicio).executeTakeFirst();
    if (!service) return { code: 'isp.service_gone' };
    await change.write(connection, { id_servicio: kept.id_servicio }, 'restaurada', 'conexion.restaurar_asignacion');
  }
  await forgetKept(change.transaction, connection.id_conexion, 'removal');
  return undefined;
}

export async function suspend(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  if (connection?.estado !== 'activa') return;
  await change.write(connection, { estado: 'suspendida' }, 'suspendida', 'conexion.suspender');
}

export async function reactivate(change: RecordChange): Promise<undefined> {
  const connection = await change.connection();
  if (connection?.estado !== 'suspendida') return;
  await forgetKept(change.transaction, connection.id_conexion, 'suspension');
  await change.write(connection, { estado: 'activa' }, 'reactivada', 'conexion.reactivar');
}

/** What people saw of the router when they looked before removing: not kept beyond the removal. */
async function forgetLooks(transaction: HubTransaction, connection: number): Promise<void> {
  await clearLooks(transaction, { connection });
}

const clearLooks = preparedQuery((db: HubDatabase, { connection }: { connection: number }) =>
  db.updateTable('isp_step').set({ result: null }).where('id_conexion', '=', connection).where('work', '=', 'inspect').compile(),
);

/** For people: what is secret of an entry is not shown, not even sealed. */
function shown(entries: readonly RouterEntry[]): object[] {
  return entries.map(({ sealed: _sealed, ...entry }) => entry);
}
