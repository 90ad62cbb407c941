// GET /api/agents/tokens and DELETE /api/agents/tokens/{id}: which enrolment tokens there are, and ending one.
import { enrolmentTokenSchema } from '@relevo/protocol';
import { z } from 'zod';
import { actorOf } from '../audit/audit-log.ts';
import { endpoint, json, noContent } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

export function listEnrolmentTokens(agents: Agents) {
  return endpoint({
    summary: 'Enrolment tokens, the newest first; never the tokens themselves',
    responses: { 200: { description: 'Every token that was not revoked', schema: z.object({ tokens: z.array(enrolmentTokenSchema) }) } },
    handle: async () => json({ tokens: await agents.tokens.list() }),
  });
}

export function revokeEnrolmentToken(agents: Agents) {
  return endpoint({
    summary: 'Revoke an enrolment token; agents that enrolled with it stay',
    params: z.object({ id: z.string().max(64) }),
    responses: { 204: { description: 'It lets nobody in any more' }, 404: { description: '`not_found`' } },
    async handle(request) {
      await agents.tokens.revoke(request.params.id, actorOf(request));
      return noContent();
    },
  });
}
