// POST /api/agent/enroll: an agent makes itself known with an enrolment token or the hub's API_KEY.
import { enrolmentResultSchema, enrolmentSchema, parseBearer } from '@relevo/protocol';
import { endpoint, json } from '../http/endpoint.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import type { Agents } from './agents.ts';

export function enrolAgent(agents: Agents, limits: RequestLimits) {
  return endpoint({
    summary: 'Enrol an agent (Authorization: Bearer API_KEY or enrolment token)',
    body: enrolmentSchema,
    responses: { 200: { description: 'Known; `pending` until an administrator approves it', schema: enrolmentResultSchema } },
    async handle({ raw, body, clientAddress }) {
      const secret = parseBearer(raw.headers.get('authorization'));
      const { agentId, status } = await limits.enrolling(clientAddress, () => agents.enrol(secret, body));
      return json({ agent_id: agentId, status });
    },
  });
}
