// Every kind of task on routers.
import type { RouterTask } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import type { TaskHandler } from '../tasks/task-handler.ts';
import { compareRouter, inspectConnection, probeRouter } from './look-at-router.ts';
import { reactivateConnection, restoreConnection } from './put-back.ts';
import { removeConnection } from './remove-connection.ts';
import { createRouterPool } from './router-pool.ts';
import type { SealingIdentity } from './sealed-entries.ts';
import { suspendConnection } from './suspend-connection.ts';

export interface RouterHandlers {
  handlers: [RouterTask['kind'], TaskHandler][];
  /** Lets go of connections that are idle. */
  close(): void;
}

export function routerHandlers(settings: AgentSettings, identity: SealingIdentity): RouterHandlers {
  const pool = createRouterPool(settings);
  const parts = { settings, identity, pool };
  const handlers: RouterHandlers['handlers'] = [
    ['router.probe', probeRouter(parts)],
    ['router.inspect', inspectConnection(parts)],
    ['router.remove', removeConnection(parts)],
    ['router.restore', restoreConnection(parts)],
    ['router.suspend', suspendConnection(parts)],
    ['router.reactivate', reactivateConnection(parts)],
    ['router.compare', compareRouter(parts)],
  ];
  return { handlers, close: pool.close };
}
