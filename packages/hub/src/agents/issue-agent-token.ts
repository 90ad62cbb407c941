// POST /api/agent/token: a signed nonce for a short-lived access token, given as an httpOnly cookie.
import { accessTokenCookie, tokenRequestSchema, tokenResultSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { endpoint, json } from '../http/endpoint.ts';
import type { Agents } from './agents.ts';

export function issueAgentToken(agents: Agents, { secureCookies }: { secureCookies: boolean }) {
  return endpoint({
    summary: 'Prove possession of the key and get the access token',
    body: tokenRequestSchema,
    responses: { 200: { description: 'The token is in the cookie `access_token`', schema: tokenResultSchema } },
    async handle({ body: { agent_id, nonce, signature } }) {
      const agent = await agents.store.find(agent_id);
      if (!agent) throw new ProblemError('agent_unknown');
      if (!(await agents.access.proves(agent_id, agent.public_key, nonce, signature)))
        throw new ProblemError('token_invalid', 'the signature does not prove possession of the key');
      await agents.approved(agent_id);
      const token = await agents.access.issue(agent_id);
      const { maxAgeMs } = agents.access;
      const cookie = `${accessTokenCookie}=${token}; Path=/; Max-Age=${Math.ceil(maxAgeMs / 1000)}; HttpOnly; SameSite=Strict${secureCookies ? '; Secure' : ''}`;
      return json({ expires_in_ms: maxAgeMs }, 200, { 'set-cookie': cookie });
    },
  });
}
