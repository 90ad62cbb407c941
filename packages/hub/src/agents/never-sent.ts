// Whether an agent can have got a task that still stands in its queue.
import type { AgentTaskTable } from '../database/schema.ts';
import type { Agents } from './agents.ts';

/** True when it was made while its agent was away, and the agent has not been here since. In doubt it may have been sent. */
export async function wasNeverSent({ links, sessions }: Pick<Agents, 'links' | 'sessions'>, task: AgentTaskTable): Promise<boolean> {
  if (links.isOnline(task.agent_id)) return false;
  const session = (await sessions.newest([task.agent_id])).get(task.agent_id);
  return session === undefined || (session.ended_at !== null && task.created_at > session.ended_at);
}
