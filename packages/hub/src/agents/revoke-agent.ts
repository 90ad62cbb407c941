// DELETE /api/agents/{id}: its socket closes at once, its credentials die.
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, noContent } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

export function revokeAgent(agents: Agents) {
  return endpoint({
    summary: 'Revoke an agent',
    params: z.object({ id: z.string() }),
    responses: { 204: { description: 'Revoked' } },
    async handle(request) {
      await agents.revoke(request.params.id, actorOf(request));
      return noContent();
    },
  });
}
