// PATCH /api/agents/{id}: approve, rename, label.
import { agentSchema } from '@relevo/protocol';
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';
import { labelsSchema } from './labels.ts';

export function changeAgent(agents: Agents) {
  return endpoint({
    summary: 'Approve, rename or label an agent',
    params: z.object({ id: z.string() }),
    body: z.object({ status: z.literal('approved').optional(), name: z.string().trim().min(1).max(128).optional(), labels: labelsSchema.optional() }),
    responses: { 200: { description: 'The agent as it is now', schema: agentSchema } },
    handle: async (request) => json(await agents.change(request.params.id, request.body, actorOf(request))),
  });
}
