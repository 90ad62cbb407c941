// Makes the task that an agent gets: where the router is, and what to sign in with, sealed so that only this agent can read it.
import type { AgentTask, RouterTarget, StepText } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Selectable } from 'kysely';
import type { Agents } from '../../agents/agents.ts';
import type { RouterTable } from '../../database/isp-schema.ts';
import type { RouterCredentials } from '../credentials/router-credentials.ts';
import type { Work, WorkContext } from './work.ts';

export interface HandedTask {
  agentId: string;
  task: AgentTask;
}

export class RouterTasks {
  readonly #agents: Agents;
  readonly #credentials: Pick<RouterCredentials, 'sealedFor'>;

  constructor(agents: Agents, credentials: Pick<RouterCredentials, 'sealedFor'>) {
    this.#agents = agents;
    this.#credentials = credentials;
  }

  /** The task of a piece of work: undefined when nothing is to be done on a router, a text when it cannot be handed over. */
  async make(work: Work, context: WorkContext): Promise<HandedTask | StepText | undefined> {
    const { router } = context;
    const drawn = await draw(work, context);
    if (!router || !drawn) return undefined;
    const reached = await this.#reach(work, router);
    if ('code' in reached) return reached;
    drawn.target.sealed_credentials = reached.credentials;
    return { agentId: reached.agentId, task: drawn.task };
  }

  /** Why none of the tasks of a router can be handed over; undefined when they can. */
  async refusal(work: Work, router: Selectable<RouterTable>): Promise<StepText | undefined> {
    const reached = await this.#reach(work, router);
    return 'code' in reached ? reached : undefined;
  }

  async #reach(work: Work, router: Selectable<RouterTable>): Promise<{ agentId: string; credentials: string } | StepText> {
    const agent = router.agent_id === null ? undefined : await this.#agents.store.find(router.agent_id);
    if (agent?.status !== 'approved' || agent.sealing_key === null) return { code: 'router.not_configured' };
    if (work.now && !this.#agents.links.isOnline(agent.id)) return { code: 'isp.agent_offline' };
    try {
      const credentials = await this.#credentials.sealedFor(router.id_router, agent.sealing_key);
      if (credentials === undefined) return { code: 'router.not_configured' };
      await this.#agents.queue.checkRoom([agent.id]);
      return { agentId: agent.id, credentials };
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'credentials_unreadable') return { code: 'isp.credentials_unreadable' };
      if (error instanceof ProblemError && error.code === 'agent_queue_full') return { code: 'isp.agent_queue_full' };
      throw error;
    }
  }
}

/** True when the work asks something of a router. */
export async function needsRouter(work: Work, context: WorkContext): Promise<boolean> {
  return (await draw(work, context)) !== undefined;
}

/** The task without the credentials, which `target` takes before it is handed over. */
async function draw(work: Work, context: WorkContext): Promise<{ task: AgentTask; target: RouterTarget } | undefined> {
  const { router } = context;
  if (!work.task || !router) return undefined;
  const { id_router, nombre, tipo, host, port, scheme, pin, nft_set } = router;
  const target: RouterTarget = { id_router, nombre, tipo, host, port, scheme, pin, nft_set, sealed_credentials: '' };
  const task = await work.task(context, target);
  return task && { task, target };
}

export function isTask(made: HandedTask | StepText | undefined): made is HandedTask {
  return made !== undefined && 'task' in made;
}
