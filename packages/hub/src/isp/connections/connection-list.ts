// One page of connections: searched, filtered, in order. Reads no more rows than it shows, however many there are.
import type { ConnectionResource } from '@relevo/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import { afterPosition, allOf, orderBy, orderOf, type PagePosition } from '../list-page.ts';
import { searchConditions, searchedTable, searchText } from '../text-search.ts';
import { connectionResource, type NamedConnection, namedColumns, namesJoined } from './connection-rows.ts';

export const connectionSorts = ['id_conexion', '-id_conexion', 'cliente', '-cliente', 'direccion_ip', '-direccion_ip'] as const;
export type ConnectionSort = (typeof connectionSorts)[number];
const sortColumns = { cliente: 'connection.cliente_folded', direccion_ip: 'connection.ip_order' };

export interface ConnectionFilter {
  /** Words to look for in the customer's name, address, PPP user and MAC. */
  query: string;
  estado?: ConnectionResource['estado'] | undefined;
  id_router?: number | undefined;
  id_servicio?: number | undefined;
  id_usuario?: number | undefined;
}

export interface ConnectionQuery extends ConnectionFilter {
  sort: ConnectionSort;
  after: PagePosition | undefined;
  limit: number;
}

export interface ConnectionPage {
  connections: ConnectionResource[];
  next: PagePosition | undefined;
}

export async function listConnections(db: HubDatabase, asked: ConnectionQuery): Promise<ConnectionPage> {
  // One more than asked tells whether there is a next page.
  const { rows } = await (await connectionsQuery(db, { ...asked, limit: asked.limit + 1 })).execute(db);
  const page = rows.slice(0, asked.limit);
  const last = rows.length > asked.limit ? page.at(-1) : undefined;
  return { connections: page.map(connectionResource), next: last && { value: orderedValue(last, asked.sort), id: last.id_conexion } };
}

/** The query of a page, for a test to ask how it is carried out. */
export async function connectionsQuery(db: HubDatabase, { query, sort, after, limit, ...filters }: ConnectionQuery) {
  const order = orderOf(sort, sortColumns, 'connection.id_conexion');
  const search = await searchText(db, 'connection', query, order);
  const conditions = [
    ...searchConditions('connection', search),
    ...Object.entries(filters).flatMap(([column, value]) => (value === undefined ? [] : [sql`${sql.ref(`connection.${column}`)} = ${value}`])),
    ...(after ? [afterPosition(order, after)] : []),
  ];
  return sql<NamedConnection>`
    SELECT ${namedColumns} FROM ${searchedTable('connection', 'id_conexion', search)} ${namesJoined}
    WHERE ${allOf(conditions)} ORDER BY ${orderBy(order)} LIMIT ${limit}`;
}

function orderedValue({ cliente_folded, ip_order }: NamedConnection, sort: ConnectionSort): string | null {
  if (sort.endsWith('cliente')) return cliente_folded;
  return sort.endsWith('direccion_ip') ? ip_order : null;
}
