// /api/servicios: the services, listed, made, changed, deleted when no connection has them.
import { newServiceSchema, serviceChangesSchema, serviceSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json, noContent } from '../../http/endpoint.ts';
import { actorOf } from '../actor.ts';
import { idParams, pageQuery, readCursor, writeCursor } from '../list-page.ts';
import type { Services } from './services.ts';

const order = 'nombre';

export function listServices(services: Services) {
  return endpoint({
    summary: 'Services by name',
    query: z.object(pageQuery),
    responses: { 200: { description: 'One page', schema: z.object({ servicios: z.array(serviceSchema), next_cursor: z.string().nullable() }) } },
    async handle({ query: { query, cursor, limit } }) {
      const page = await services.list({ query, after: readCursor(cursor, order), limit });
      return json({ servicios: page.services, next_cursor: writeCursor(page.next, order) });
    },
  });
}

export function getService(services: Services) {
  return endpoint({
    summary: 'A service',
    params: idParams,
    responses: { 200: { description: 'The service', schema: serviceSchema } },
    handle: async ({ params }) => json(await services.get(params.id)),
  });
}

export function createService(services: Services) {
  return endpoint({
    summary: 'Make a service',
    body: newServiceSchema,
    responses: { 201: { description: 'The service', schema: serviceSchema }, 409: { description: '`record_exists`: the name is another’s' } },
    async handle(request) {
      const made = await services.create(actorOf(request), request.body);
      return json(made, 201, { location: `/api/servicios/${made.id_servicio}` });
    },
  });
}

export function updateService(services: Services) {
  return endpoint({
    summary: 'Change a service',
    params: idParams,
    body: serviceChangesSchema,
    responses: { 200: { description: 'The service', schema: serviceSchema }, 409: { description: '`record_exists`: the name is another’s' } },
    handle: async (request) => json(await services.update(actorOf(request), request.params.id, request.body)),
  });
}

export function deleteService(services: Services) {
  return endpoint({
    summary: 'Delete a service that no connection has',
    params: idParams,
    responses: { 204: { description: 'Deleted' }, 409: { description: '`record_in_use`: a connection has it' } },
    async handle(request) {
      await services.delete(actorOf(request), request.params.id);
      return noContent();
    },
  });
}
