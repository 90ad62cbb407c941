// GET /api/agents and GET /api/agents/{id}: who there is, and whether they are connected now.
import { agentSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

export function listAgents(agents: Agents) {
  return endpoint({
    summary: 'Agents, by name',
    responses: { 200: { description: 'Every agent', schema: z.object({ agents: z.array(agentSchema) }) } },
    async handle() {
      return json({ agents: await agents.list() });
    },
  });
}

export function getAgent(agents: Agents) {
  return endpoint({
    summary: 'One agent',
    params: z.object({ id: z.string() }),
    responses: { 200: { description: 'The agent', schema: agentSchema } },
    async handle({ params }) {
      return json(await agents.get(params.id));
    },
  });
}
