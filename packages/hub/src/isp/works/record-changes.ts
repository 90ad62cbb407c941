// What the ISP's work changes in the records: each change with its line in the history and its entry in the audit log, in the transaction of
// the step that makes it. None of them may fail; what cannot be done is returned as the text that refuses it.
import type { ConnectionResource, RouterEntry, StepText } from '@relevo/protocol';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import { type ConnectionMembers, changeConnection, findConflict, findConnection, type HistoryNote } from '../connections/connection-rows.ts';
import { connectionSubject } from '../connections/connection-subject.ts';
import { findKept, forgetKept, keep, parseEntries } from './kept.ts';

export interface RecordChange {
  transaction: HubTransaction;
  row: IspStepTable;
  audit: AuditLog;
}

/** Makes a change; what it returns refuses it, and nothing was written then. */
export type ChangeRecords = (change: RecordChange) => Promise<StepText | undefined>;

export async function removeService(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  if (!connection || connection.id_servicio === null) return;
  await keep(change.transaction, connection.id_conexion, 'removal', { id_servicio: connection.id_servicio, service_removed: 1 });
  await write(change, connection, { id_servicio: null }, 'asignacion_quitada', 'conexion.quitar_asignacion');
}

/** Notes that nothing of the connection is on its router any more. */
export async function removedFromRouter(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  if (!connection || connection.id_router === null) return;
  const { id_conexion, id_router, router } = connection;
  const kept = await findKept(change.transaction, id_conexion, 'removal');
  await keep(change.transaction, id_conexion, 'removal', { id_router, router_removed: 1 });
  const before = { router, entradas: shown(kept && kept.router_removed === 0 ? parseEntries(kept.entries) : []) };
  await noteRouterChange(change, connection, before, { router, entradas: [] }, 'quitada_del_router', 'conexion.quitar_del_router');
}

export async function removeConfig(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  if (!connection || connection.estado === 'eliminada') return;
  const { transaction } = change;
  await forgetLooks(transaction, connection.id_conexion);
  await keep(transaction, connection.id_conexion, 'removal', { estado: connection.estado, config_removed: 1 });
  await write(change, connection, { estado: 'eliminada' }, 'eliminada', 'conexion.eliminar');
}

export async function restoreConfig(change: RecordChange): Promise<StepText | undefined> {
  const connection = await connectionOf(change);
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept || kept.config_removed === 0) return undefined;
  if (await findConflict(change.transaction, connection, connection.id_conexion)) return { code: 'isp.address_taken', values: { ip: connection.direccion_ip } };
  await write(change, connection, { estado: kept.estado ?? 'activa' }, 'restaurada', 'conexion.restaurar');
  await keep(change.transaction, connection.id_conexion, 'removal', { config_removed: 0 });
  return undefined;
}

export async function restoredOnRouter(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept) return;
  const entries = parseEntries(kept.entries);
  await keep(change.transaction, connection.id_conexion, 'removal', { router_removed: 0, entries: '[]' });
  if (entries.length === 0 || connection.id_router === null) return;
  const after = { router: connection.router, entradas: shown(entries) };
  await noteRouterChange(change, connection, { router: connection.router, entradas: [] }, after, 'restaurada', 'conexion.restaurar_en_router');
}

export async function restoreService(change: RecordChange): Promise<StepText | undefined> {
  const connection = await connectionOf(change);
  const kept = connection && (await findKept(change.transaction, connection.id_conexion, 'removal'));
  if (!connection || !kept) return undefined;
  // A service that was assigned since stays.
  if (kept.service_removed === 1 && kept.id_servicio !== null && connection.id_servicio === null) {
    const service = await change.transaction.selectFrom('service').select('id_servicio').where('id_servicio', '=', kept.id_servicio).executeTakeFirst();
    if (!service) return { code: 'isp.service_gone' };
    await write(change, connection, { id_servicio: kept.id_servicio }, 'restaurada', 'conexion.restaurar_asignacion');
  }
  await forgetKept(change.transaction, connection.id_conexion, 'removal');
  return undefined;
}

export async function suspend(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  if (connection?.estado !== 'activa') return;
  await write(change, connection, { estado: 'suspendida' }, 'suspendida', 'conexion.suspender');
}

export async function reactivate(change: RecordChange): Promise<undefined> {
  const connection = await connectionOf(change);
  if (connection?.estado !== 'suspendida') return;
  await forgetKept(change.transaction, connection.id_conexion, 'suspension');
  await write(change, connection, { estado: 'activa' }, 'reactivada', 'conexion.reactivar');
}

/** What people saw of the router when they looked before removing: not kept beyond the removal. */
async function forgetLooks(transaction: HubTransaction, connection: number): Promise<void> {
  await transaction.updateTable('isp_step').set({ result: null }).where('id_conexion', '=', connection).where('work', '=', 'inspect').execute();
}

async function connectionOf({ transaction, row }: RecordChange): Promise<ConnectionResource | undefined> {
  if (row.id_conexion === null) return undefined;
  const there = await transaction.selectFrom('connection').select('id_conexion').where('id_conexion', '=', row.id_conexion).executeTakeFirst();
  return there && findConnection(transaction, row.id_conexion);
}

async function write(
  change: RecordChange,
  connection: ConnectionResource,
  members: Partial<ConnectionMembers>,
  que: HistoryNote['que'],
  action: string,
): Promise<void> {
  const { transaction, row } = change;
  await changeConnection(transaction, connection.id_conexion, members, { que, userId: row.user_id, operationId: row.operation_id });
  await record(change, connection, action, connection, await findConnection(transaction, connection.id_conexion));
}

/** Nothing of the record changes; what was on the router does. */
async function noteRouterChange(
  change: RecordChange,
  connection: ConnectionResource,
  before: object,
  after: object,
  que: HistoryNote['que'],
  action: string,
): Promise<void> {
  const { transaction, row } = change;
  await transaction
    .insertInto('connection_history')
    .values({
      id_conexion: connection.id_conexion,
      at: new Date().toISOString(),
      user_id: row.user_id,
      que,
      before: JSON.stringify(before),
      after: JSON.stringify(after),
      operation_id: row.operation_id,
    })
    .execute();
  await record(change, connection, action, before, after);
}

async function record({ transaction, row, audit }: RecordChange, connection: ConnectionResource, action: string, before: object, after: object): Promise<void> {
  await audit.record(transaction, {
    by: { userId: row.user_id, email: row.user_email, requestId: row.request_id, clientAddress: row.client_address },
    action,
    subject: connectionSubject(connection),
    operationId: row.operation_id,
    before,
    after,
  });
}

/** For people: what is secret of an entry is not shown, not even sealed. */
function shown(entries: readonly RouterEntry[]): object[] {
  return entries.map(({ sealed: _sealed, ...entry }) => entry);
}
