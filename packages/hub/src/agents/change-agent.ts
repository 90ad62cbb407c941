// PATCH /api/agents/{id}: approve, rename, label.
import { agentSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';
import { labelsSchema } from './labels.ts';

export function changeAgent(agents: Agents) {
  return endpoint({
    summary: 'Approve, rename or label an agent',
    params: z.object({ id: z.string() }),
    body: z.object({ status: z.literal('approved').optional(), name: z.string().trim().min(1).max(128).optional(), labels: labelsSchema.optional() }),
    responses: { 200: { description: 'The agent as it is now', schema: agentSchema } },
    async handle({ params, body }) {
      const agent = await agents.find(params.id);
      if (agent.status === 'revoked') throw new ProblemError('agent_revoked', 'a revoked agent does not come back; enrol it anew');
      await agents.store.update(agent.id, body);
      return json(await agents.get(agent.id));
    },
  });
}
