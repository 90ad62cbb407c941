// POST /api/agent/challenge: a nonce to sign, so that an agent's clock does not matter.
import { challengeResultSchema, challengeSchema } from '@relevo/protocol';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

export function challengeAgent(agents: Agents) {
  return endpoint({
    summary: 'Ask for a nonce to sign',
    body: challengeSchema,
    responses: { 200: { description: 'The nonce', schema: challengeResultSchema } },
    async handle({ body }) {
      return json({ nonce: await agents.access.challenge(body.agent_id) });
    },
  });
}
