// What waits for what on a router: two tasks on one connection must not meet, and small routers bear little at once.
import type { RoutedConnection, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import type { Shared, TaskHandler } from '../tasks/task-handler.ts';

/** Tasks that change one connection follow each other; of all that change something on a router, `ROUTER_TASKS_AT_ONCE` run at once. */
export function changing({
  ROUTER_TASKS_AT_ONCE,
}: Pick<AgentSettings, 'ROUTER_TASKS_AT_ONCE'>): Required<Pick<TaskHandler<{ router: RouterTarget; connection: RoutedConnection }>, 'lane' | 'shares'>> {
  return {
    lane: ({ router, connection }) => `router:${router.id_router}:${connection.id_conexion}`,
    shares: ({ router }): Shared => ({ name: `router:${router.id_router}`, max: ROUTER_TASKS_AT_ONCE }),
  };
}

/** Tasks that only look do not wait behind a thousand removals; among themselves they do. */
export function lookingLaneOf({ router }: { router: RouterTarget }): string {
  return `router:${router.id_router}:look`;
}
