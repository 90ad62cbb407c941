// How a router stands, in the word that its badge shows: when it cannot be worked with, for which cause. Pure.
import type { AgentResource, RouterResource, StepTextCode } from '@relevo/protocol';

export type RouterWord = RouterResource['estado'] | 'agent_away' | 'key_unapproved' | 'key_changed' | 'password_refused';

/** It answered, and yet nothing can be done on it. */
const answered: Partial<Record<StepTextCode, RouterWord>> = {
  'router.identity_unknown': 'key_unapproved',
  'router.identity_changed': 'key_changed',
  'router.credentials_refused': 'password_refused',
};

/** `agent`: the router's; undefined while it is not known. That the router answered once says nothing while its agent is away. */
export function routerWord(
  { estado, error_code }: Pick<RouterResource, 'estado' | 'error_code'>,
  agent: Pick<AgentResource, 'status'> | undefined,
): RouterWord {
  if (estado === 'alcanzable') return agent && agent.status !== 'online' ? 'agent_away' : estado;
  const cause = Object.entries(answered).find(([code]) => code === error_code)?.[1];
  return estado === 'inalcanzable' ? (cause ?? estado) : estado;
}
