// GET /api/agents/{id}/sessions, /tasks and /history: when an agent was connected, what waits for it, and what it did.
import { agentSessionSchema, agentTaskEndSchema, waitingTaskSchema } from '@relevo/protocol';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { type Caller, endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

const limitMax = 500;
const params = z.object({ id: z.string() });
const limit = z.coerce.number().int().min(1).max(limitMax).default(100);

export function listAgentSessions(agents: Agents) {
  return endpoint({
    summary: 'When an agent was connected, newest first, and how each connection ended',
    params,
    query: z.object({ limit }),
    responses: { 200: { description: 'The connections', schema: z.object({ sessions: z.array(agentSessionSchema) }) } },
    async handle({ params: { id }, query }) {
      await agents.find(id);
      return json({ sessions: await agents.sessions.list(id, query.limit) });
    },
  });
}

export function listAgentTasks(agents: Agents) {
  return endpoint({
    summary: 'What waits for an agent or runs on it: all for an administrator, their own for everybody else',
    params,
    query: z.object({ limit }),
    responses: { 200: { description: 'The tasks, in the order of the queue', schema: z.object({ tasks: z.array(waitingTaskSchema), total: z.number() }) } },
    async handle({ params: { id }, query, caller, language }) {
      await agents.find(id);
      const tasks = await agents.waiting(id, ownOf(caller), language);
      return json({ tasks: tasks.slice(0, query.limit), total: tasks.length });
    },
  });
}

export function listAgentHistory(agents: Agents) {
  return endpoint({
    summary: 'What ended on an agent, newest first: all for an administrator, their own for everybody else',
    params,
    query: z.object({ cursor: z.string().max(512).optional(), limit }),
    responses: {
      200: { description: 'A page of ended tasks', schema: z.object({ tasks: z.array(agentTaskEndSchema), next_cursor: z.string().nullable() }) },
    },
    async handle({ params: { id }, query, caller, language }) {
      await agents.find(id);
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, z.number().int().positive());
      const tasks = await agents.ends.list(id, { userId: ownOf(caller), before, limit: query.limit, language });
      const last = tasks.length === query.limit ? tasks.at(-1) : undefined;
      return json({ tasks, next_cursor: last ? encodeCursor(last.id) : null });
    },
  });
}

function ownOf({ role, userId }: Caller): number | undefined {
  return role === 'admin' ? undefined : userId;
}
