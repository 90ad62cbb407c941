// /api/conexiones: the connections, searched, made, corrected. Removing one is work on a router, and not here.
import { connectionChangesSchema, connectionDetailSchema, connectionSchema, connectionStates, newConnectionSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../../http/endpoint.ts';
import { actorOf } from '../actor.ts';
import { idParams, idText, pageQuery, placeOf, placeQuery, totalSchema, writeCursor } from '../list-page.ts';
import { connectionSorts } from './connection-list.ts';
import type { Connections } from './connections.ts';

/** The members of a query that narrow the list, for the list and for whatever works on a selection of it. */
export const connectionFilterQuery = {
  query: pageQuery.query,
  estado: z.enum(connectionStates).optional(),
  id_router: idText.optional(),
  id_servicio: idText.optional(),
  id_usuario: idText.optional(),
  sort: z.enum(connectionSorts).default('-id_conexion'),
};

/** `selectionMax`: connections that one request may work on; told to whoever shows the list by places, to choose from it. */
export function listConnectionRecords(connections: Connections, selectionMax: number) {
  return endpoint({
    summary: 'Connections, newest first; `query` looks in customer, address, PPP user and MAC',
    query: z.object({ ...connectionFilterQuery, cursor: pageQuery.cursor, limit: pageQuery.limit, ...placeQuery }),
    responses: {
      200: {
        description: 'One page',
        schema: z.object({
          conexiones: z.array(connectionSchema),
          next_cursor: z.string().nullable(),
          ...totalSchema,
          seleccion_max: z.number().int().positive().optional(),
        }),
      },
    },
    async handle({ query: { cursor, offset, limit, ...filter } }) {
      const { connections: conexiones, next, total } = await connections.list({ ...filter, ...placeOf({ cursor, offset }, filter.sort), limit });
      return json({ conexiones, next_cursor: writeCursor(next, filter.sort), ...(total !== undefined && { total, seleccion_max: selectionMax }) });
    },
  });
}

export function getConnection(connections: Connections) {
  return endpoint({
    summary: 'A connection with its history, newest first',
    params: idParams,
    responses: { 200: { description: 'The connection', schema: connectionDetailSchema } },
    handle: async ({ params }) => json(await connections.get(params.id)),
  });
}

export function createConnection(connections: Connections) {
  return endpoint({
    summary: 'Make a connection',
    body: newConnectionSchema,
    responses: {
      201: { description: 'The connection', schema: connectionSchema },
      409: { description: '`record_exists`: another connection has the address, or the PPP user on this router' },
      422: { description: '`record_unknown`: it names a customer, router or service that is not there' },
    },
    async handle(request) {
      const made = await connections.create(actorOf(request), request.body);
      return json(made, 201, { location: `/api/conexiones/${made.id_conexion}` });
    },
  });
}

export function updateConnection(connections: Connections) {
  return endpoint({
    summary: 'Correct the record of a connection; nothing is done on its router',
    params: idParams,
    body: connectionChangesSchema,
    responses: {
      200: { description: 'The connection', schema: connectionSchema },
      409: { description: '`record_exists`, `record_removed`: the connection was removed, or `connection_busy`: an operation works on it' },
      422: { description: '`record_unknown`: it names a customer, router or service that is not there' },
    },
    handle: async (request) => json(await connections.update(actorOf(request), request.params.id, request.body)),
  });
}
