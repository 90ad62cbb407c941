// `GET /ws`: an agent's socket, opened only with a valid access token.
import { ProblemError } from '@relevo/runtime';
import { accessTokenOf } from './access-token-of.ts';
import type { AgentConnection } from './agent-connection.ts';
import type { Agents } from './agents.ts';

/** The connection to upgrade to. @throws ProblemError with status 401 when the token is absent, expired or altered; 403 for a revoked agent */
export async function openAgentSocket(request: Request, agents: Agents): Promise<AgentConnection> {
  const token = accessTokenOf(request);
  if (token === undefined) throw new ProblemError('unauthenticated', 'an access token is needed');
  return agents.connection(await agents.authenticate(token));
}
