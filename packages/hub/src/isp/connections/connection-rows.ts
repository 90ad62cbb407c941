// The rows of connections: found, added, changed with their history, each inside the caller's transaction.
import type { ConnectionChange, ConnectionResource, NewConnection } from '@relevo/protocol';
import { ipOrder } from '@relevo/protocol';
import { ProblemError, preparedQuery } from '@relevo/runtime';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { ConnectionHistoryTable, ConnectionTable } from '../../database/isp-schema.ts';
import { changedMembers } from '../changed-members.ts';
import { recordExists } from '../record-problems.ts';

/** The members of a connection that can change. */
export type ConnectionMembers = Pick<
  Selectable<ConnectionTable>,
  'id_usuario' | 'direccion_ip' | 'usuario_ppp' | 'mac' | 'id_router' | 'id_servicio' | 'estado'
>;

/** What the history is to say of a change. */
export interface HistoryNote {
  que: ConnectionChange['que'];
  /** Null: nobody who was signed in. */
  userId: number | null;
  operationId?: string | undefined;
}

/** A row with the names of what it refers to, and what lists are ordered by. */
export type NamedConnection = ConnectionResource & { ip_order: string; cliente_folded: string };

/** Columns of `NamedConnection`, for a SELECT whose FROM begins with `connection` and goes on with `namesJoined`. */
export const namedColumns = sql.raw(`
  connection.id_conexion, connection.id_usuario, connection.direccion_ip, connection.usuario_ppp, connection.mac, connection.id_router,
  connection.id_servicio, connection.estado, customer.nombre AS cliente, router.nombre AS router, service.nombre AS servicio,
  connection.created_at, connection.updated_at, connection.ip_order, connection.cliente_folded`);

/** For `WHERE`: not removed. In these very words, which are those of the indexes that hold no removed ones. */
export const livingConnection = sql<boolean>`connection.estado <> 'eliminada'`;

/** LEFT JOIN also where there always is one: SQLite does not reorder it, so the list is read in its own order. */
export const namesJoined = sql.raw(`
  LEFT JOIN customer ON customer.id_usuario = connection.id_usuario
  LEFT JOIN router ON router.id_router = connection.id_router
  LEFT JOIN service ON service.id_servicio = connection.id_servicio`);

/** Undefined when there is none; one that was removed is still there. */
export async function lookUpConnection(db: HubDatabase, id: number): Promise<ConnectionResource | undefined> {
  const [connection] = await lookUpConnections(db, [id]);
  return connection;
}

/** Those of `ids` that there are, in no order; one that was removed is still there. */
export async function lookUpConnections(db: HubDatabase, ids: readonly number[]): Promise<ConnectionResource[]> {
  return (await selectConnections(db, { ids: JSON.stringify(ids) })).map(connectionResource);
}

const selectConnections = preparedQuery((db: HubDatabase, { ids }: { ids: string }) =>
  sql<NamedConnection>`SELECT ${namedColumns} FROM connection ${namesJoined} WHERE connection.id_conexion IN (SELECT value FROM json_each(${ids}))`.compile(db),
);

/** @throws ProblemError not_found */
export async function findConnection(db: HubDatabase, id: number): Promise<ConnectionResource> {
  return (await lookUpConnection(db, id)) ?? notThere(id);
}

/** The connection that has a canonical address now, removed ones aside. */
export async function findByAddress(db: HubDatabase, address: string): Promise<ConnectionResource | undefined> {
  const row = await db.selectFrom('connection').select('id_conexion').where('ip_order', '=', ipOrder(address)).where(livingConnection).executeTakeFirst();
  return row && findConnection(db, row.id_conexion);
}

/** Adds a connection with the first line of its history. The customer is there, address and PPP user are free. @returns its id */
export async function addConnection(transaction: HubDatabase, connection: NewConnection, note: HistoryNote): Promise<number> {
  const { id_usuario, direccion_ip, usuario_ppp = null, mac = null, id_router = null, id_servicio = null, estado = 'activa' } = connection;
  const row = { id_usuario, direccion_ip, usuario_ppp, mac, id_router, id_servicio, estado };
  const now = new Date().toISOString();
  const { id_conexion } = await transaction
    .insertInto('connection')
    .values((of) => ({
      ...row,
      ip_order: ipOrder(direccion_ip),
      cliente_folded: of.selectFrom('customer').select('nombre_folded').where('id_usuario', '=', id_usuario).$asScalar().$notNull(),
      created_at: now,
      updated_at: now,
    }))
    .returning('id_conexion')
    .executeTakeFirstOrThrow();
  await addHistory(transaction, { id_conexion, before: undefined, after: row }, note, now);
  return id_conexion;
}

/**
 * Changes a connection and says so in its history.
 * @returns the members that changed; undefined when it was so already, and nothing was written
 * @throws ProblemError not_found
 */
export async function changeConnection(transaction: HubDatabase, id: number, changes: Partial<ConnectionMembers>, note: HistoryNote) {
  const row = await transaction.selectFrom('connection').select(memberNames).where('id_conexion', '=', id).executeTakeFirst();
  return applyChange(transaction, { ...(row ?? notThere(id)), id_conexion: id }, changes, note);
}

/** As `changeConnection`, of a connection as it was read in this transaction. */
export async function applyChange(
  transaction: HubDatabase,
  { id_conexion: id, ...row }: ConnectionMembers & Pick<ConnectionResource, 'id_conexion'>,
  changes: Partial<ConnectionMembers>,
  note: HistoryNote,
) {
  const changed = changedMembers<ConnectionMembers>(row, changes);
  if (!changed) return undefined;
  const now = new Date().toISOString();
  const address = changed.after.direccion_ip;
  const set = { ...changed.after, updated_at: now, ...(address !== undefined && { ip_order: ipOrder(address) }) };
  await updateConnection(transaction, { id, ...set });
  await addHistory(transaction, { id_conexion: id, ...changed }, note, now);
  return changed;
}

/** With a new owner, their name as lists are ordered by it. */
const updateConnection = preparedQuery(
  (db: HubDatabase, { id, ...set }: Partial<ConnectionMembers> & { id: number; updated_at: string; ip_order?: string }) => {
    const { id_usuario: owner } = set;
    return db
      .updateTable('connection')
      .set((of) => ({
        ...set,
        ...(owner !== undefined && {
          cliente_folded: of.selectFrom('customer').select('nombre_folded').where('id_usuario', '=', owner).$asScalar().$notNull(),
        }),
      }))
      .where('id_conexion', '=', id)
      .compile();
  },
);

interface Wanted {
  direccion_ip: string;
  usuario_ppp?: string | null | undefined;
  id_router?: number | null | undefined;
}

export interface Conflict {
  member: 'direccion_ip' | 'usuario_ppp';
  value: string;
  /** The connection that has it. */
  id: number;
}

/** What another connection than `except`, that is not removed, has of this: the address, or the PPP user on the same router. */
export async function findConflict(db: HubDatabase, { direccion_ip, usuario_ppp, id_router }: Wanted, except?: number): Promise<Conflict | undefined> {
  const living = db.selectFrom('connection').select('id_conexion').where(livingConnection);
  const sameAddress = await living.where('ip_order', '=', ipOrder(direccion_ip)).executeTakeFirst();
  if (sameAddress && sameAddress.id_conexion !== except) return { member: 'direccion_ip', value: direccion_ip, id: sameAddress.id_conexion };
  if (usuario_ppp == null || id_router == null) return undefined;
  const sameUser = await living.where('id_router', '=', id_router).where('usuario_ppp', '=', usuario_ppp).executeTakeFirst();
  return sameUser && sameUser.id_conexion !== except ? { member: 'usuario_ppp', value: usuario_ppp, id: sameUser.id_conexion } : undefined;
}

/** @throws ProblemError record_exists when another connection that is not removed has the address, or the PPP user on the same router */
export async function assertConnectionFree(db: HubDatabase, wanted: Wanted, except?: number): Promise<void> {
  const conflict = await findConflict(db, wanted, except);
  if (conflict) throw recordExists(conflict.member, conflict.value, conflict.id);
}

/** The newest `limit` changes, newest first. */
export async function historyOf(db: HubDatabase, id: number, limit: number): Promise<ConnectionChange[]> {
  const rows = await db
    .selectFrom('connection_history')
    .select(['at', 'user_id', 'que', 'before', 'after', 'operation_id'])
    .where('id_conexion', '=', id)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ before, after, ...row }) => ({
    ...row,
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
  }));
}

export function connectionResource({ ip_order: _order, cliente_folded: _folded, ...row }: NamedConnection): ConnectionResource {
  return row;
}

function notThere(id: number): never {
  throw new ProblemError('not_found', `there is no connection ${id}`);
}

const memberNames = ['id_usuario', 'direccion_ip', 'usuario_ppp', 'mac', 'id_router', 'id_servicio', 'estado'] as const;

/** Adds a line to the history of a connection, as it was and as it is. */
export async function addHistory(
  transaction: HubDatabase,
  { id_conexion, before, after }: { id_conexion: number; before: object | undefined; after: object },
  { que, userId, operationId }: HistoryNote,
  at: string,
): Promise<void> {
  await insertHistory(transaction, {
    id_conexion,
    at,
    user_id: userId,
    que,
    before: before === undefined ? null : JSON.stringify(before),
    after: JSON.stringify(after),
    operation_id: operationId ?? null,
  });
}

const insertHistory = preparedQuery((db: HubDatabase, line: Insertable<ConnectionHistoryTable>) => db.insertInto('connection_history').values(line).compile());
