// What runs one after the other on a router: small routers bear little at once, and two tasks on one connection must not meet.
import type { RoutedConnection, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';

/** Tasks that change one connection share a lane; a router has at most `ROUTER_TASKS_AT_ONCE` lanes of them. */
export function laneOf(
  { router, connection }: { router: RouterTarget; connection: RoutedConnection },
  { ROUTER_TASKS_AT_ONCE }: Pick<AgentSettings, 'ROUTER_TASKS_AT_ONCE'>,
): string {
  return `router:${router.id_router}:${connection.id_conexion % ROUTER_TASKS_AT_ONCE}`;
}

/** Tasks that only look do not wait behind a thousand removals; among themselves they do. */
export function lookingLaneOf({ router }: { router: RouterTarget }): string {
  return `router:${router.id_router}:look`;
}
