// Finds agents on the hub by id or exact name.
import { type AgentResource, agentSchema } from '@relevo/protocol';
import { z } from 'zod';
import { CommandError, exitCodes } from '../exit-codes.ts';
import type { HubClient } from '../hub/hub-client.ts';
import { say } from '../terminal/language.ts';

const agentsSchema = z.object({ agents: z.array(agentSchema) });

export async function listAgents(hub: HubClient): Promise<AgentResource[]> {
  return (await hub.json('/api/agents', agentsSchema)).agents;
}

/** The agents in the order they were named. A revoked one is found by its id only. @throws CommandError when one is not there, or a name stands for several */
export async function findAgents(hub: HubClient, idsOrNames: readonly string[]): Promise<AgentResource[]> {
  const agents = await listAgents(hub);
  return idsOrNames.map((wanted) => pick(agents, wanted));
}

function pick(agents: readonly AgentResource[], wanted: string): AgentResource {
  const byId = agents.find(({ id }) => id === wanted);
  if (byId) return byId;
  const named = agents.filter(({ name, status }) => name === wanted && status !== 'revoked');
  const [agent, ...others] = named;
  if (!agent) throw new CommandError(say(`There is no agent ${wanted}`, `No hay ningún agente ${wanted}`), exitCodes.notFound);
  if (others.length === 0) return agent;
  const ids = named.map(({ id }) => id).join(', ');
  throw new CommandError(
    say(`Several agents are called ${wanted}; name one by its id: ${ids}`, `Varios agentes se llaman ${wanted}; indique uno por su id: ${ids}`),
    exitCodes.usage,
  );
}
