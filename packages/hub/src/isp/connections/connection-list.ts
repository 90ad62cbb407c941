// One page of connections: searched, filtered, in order. Reads no more rows than it shows, however many there are.
import type { ConnectionResource } from '@relevo/protocol';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import { afterPosition, allOf, orderBy, orderOf, type PagePlace, type PagePosition } from '../list-page.ts';
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

export interface ConnectionQuery extends ConnectionFilter, PagePlace {
  sort: ConnectionSort;
  limit: number;
}

export interface ConnectionPage {
  connections: ConnectionResource[];
  next: PagePosition | undefined;
  /** How many there are in all; only where an offset was asked for. */
  total: number | undefined;
}

export async function listConnections(db: HubDatabase, asked: ConnectionQuery): Promise<ConnectionPage> {
  // One more than asked tells whether there is a next page.
  const { rows } = await (await connectionsQuery(db, { ...asked, limit: asked.limit + 1 })).execute(db);
  const page = rows.slice(0, asked.limit);
  const last = rows.length > asked.limit ? page.at(-1) : undefined;
  return {
    connections: page.map(connectionResource),
    next: last && { value: orderedValue(last, asked.sort), id: last.id_conexion },
    total: asked.offset === undefined ? undefined : await countConnections(db, asked),
  };
}

async function countConnections(db: HubDatabase, asked: ConnectionQuery): Promise<number> {
  const { table, conditions } = await found(db, asked);
  const { rows } = await sql<{ total: number }>`SELECT count(*) AS total FROM ${table} WHERE ${allOf(conditions)}`.execute(db);
  return rows[0]?.total ?? 0;
}

/** The query of a page, for a test to ask how it is carried out. */
export async function connectionsQuery(db: HubDatabase, asked: ConnectionQuery) {
  const { after, offset, limit } = asked;
  const { table, conditions, order } = await found(db, asked);
  if (offset === undefined) {
    const all = [...conditions, ...(after ? [afterPosition(order, after)] : [])];
    return sql<NamedConnection>`
      SELECT ${namedColumns} FROM ${table} ${namesJoined} WHERE ${allOf(all)} ORDER BY ${orderBy(order)} LIMIT ${limit}`;
  }
  // No names are looked up of rows that are passed over.
  return sql<NamedConnection>`
    SELECT ${namedColumns} FROM (
      SELECT connection.id_conexion AS id FROM ${table} WHERE ${allOf(conditions)} ORDER BY ${orderBy(order)} LIMIT ${limit} OFFSET ${offset}
    ) AS page CROSS JOIN connection ON connection.id_conexion = page.id ${namesJoined}
    ORDER BY ${orderBy(order)}`;
}

/** Which rows a list is of, and in which order. */
async function found(db: HubDatabase, { query, sort, after: _after, offset: _offset, limit: _limit, ...filters }: ConnectionQuery) {
  const order = orderOf(sort, sortColumns, 'connection.id_conexion');
  const search = await searchText(db, 'connection', query, order);
  const conditions = [
    ...searchConditions('connection', search),
    ...Object.entries(filters).flatMap(([column, value]) => (value === undefined ? [] : [sql`${sql.ref(`connection.${column}`)} = ${value}`])),
  ];
  return { table: searchedTable('connection', 'id_conexion', search), conditions, order };
}

function orderedValue({ cliente_folded, ip_order }: NamedConnection, sort: ConnectionSort): string | null {
  if (sort.endsWith('cliente')) return cliente_folded;
  return sort.endsWith('direccion_ip') ? ip_order : null;
}
