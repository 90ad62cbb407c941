// /api/routers: the routers, listed, made, changed, deleted when nothing is on them.
import { newRouterSchema, routerChangesSchema, routerSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json, noContent } from '../../http/endpoint.ts';
import { actorOf } from '../actor.ts';
import { idParams, pageQuery, readCursor, writeCursor } from '../list-page.ts';
import { languageOf } from '../requests/work-answers.ts';
import type { IspWork } from '../works/isp-work.ts';
import { renewTasks } from '../works/renew-tasks.ts';
import type { Routers } from './routers.ts';

const order = 'nombre';

export function listRouters(routers: Routers) {
  return endpoint({
    summary: 'Routers by name; `query` looks in name and host',
    query: z.object({ ...pageQuery, agent_id: z.string().max(64).optional() }),
    responses: { 200: { description: 'One page', schema: z.object({ routers: z.array(routerSchema), next_cursor: z.string().nullable() }) } },
    async handle({ raw, query: { query, cursor, limit, agent_id } }) {
      const page = await routers.list({ query, agentId: agent_id, after: readCursor(cursor, order), limit, language: languageOf(raw) });
      return json({ routers: page.routers, next_cursor: writeCursor(page.next, order) });
    },
  });
}

export function getRouter(routers: Routers) {
  return endpoint({
    summary: 'A router; its credentials are never answered',
    params: idParams,
    responses: { 200: { description: 'The router', schema: routerSchema } },
    handle: async ({ params, raw }) => json(await routers.get(params.id, languageOf(raw))),
  });
}

export function createRouterRecord(routers: Routers) {
  return endpoint({
    summary: 'Make a router',
    body: newRouterSchema,
    responses: {
      201: { description: 'The router', schema: routerSchema },
      409: { description: '`record_exists`: the name is another’s' },
      422: { description: '`record_unknown`: there is no such agent' },
    },
    async handle(request) {
      const made = await routers.create(actorOf(request), request.body, languageOf(request.raw));
      return json(made, 201, { location: `/api/routers/${made.id_router}` });
    },
  });
}

export function updateRouter(routers: Routers, work: IspWork) {
  return endpoint({
    summary: 'Change a router; `credentials: null` takes them away, `credentials` without `username` keep the one they had',
    params: idParams,
    body: routerChangesSchema,
    responses: {
      200: { description: 'The router', schema: routerSchema },
      409: { description: '`record_exists`: the name is another’s; `credentials_unreadable`: no user can be taken from the kept ones' },
      422: { description: '`record_unknown`: there is no such agent' },
    },
    async handle(request) {
      const changed = await routers.update(actorOf(request), request.params.id, request.body, languageOf(request.raw));
      if (Object.keys(request.body).some((member) => member !== 'nombre')) await renewTasks(work, request.params.id);
      return json(changed);
    },
  });
}

export function deleteRouter(routers: Routers) {
  return endpoint({
    summary: 'Delete a router that no connection is on',
    params: idParams,
    responses: { 204: { description: 'Deleted' }, 409: { description: '`record_in_use`: connections are on it' } },
    async handle(request) {
      await routers.delete(actorOf(request), request.params.id, languageOf(request.raw));
      return noContent();
    },
  });
}
