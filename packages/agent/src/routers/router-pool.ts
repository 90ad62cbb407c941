// Connections to routers, kept for a moment after a task: a small device takes long over a handshake, and often the next task is for it too.
import type { RouterCredentials, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import { createRouter } from './create-router.ts';
import type { Router } from './router.ts';

export interface RouterPool {
  /** A router that nobody else uses until it is given back. @throws TaskFailure when the target cannot be what it says */
  take(target: RouterTarget, credentials: RouterCredentials): Promise<TakenRouter>;
  /** Closes what is idle; nothing is kept from now on. */
  close(): void;
}

export interface TakenRouter {
  router: Router;
  /** `isSound`: everything that was asked of it was answered. */
  giveBack(isSound: boolean): void;
}

interface Idle {
  router: Router;
  timer: ReturnType<typeof setTimeout>;
}

export function createRouterPool(settings: AgentSettings): RouterPool {
  const idle = new Map<string, Idle>();
  let isClosed = false;

  function keep(key: string, router: Router): void {
    const timer = setTimeout(() => {
      idle.delete(key);
      router.close();
    }, settings.ROUTER_IDLE_MAX_MS);
    idle.set(key, { router, timer });
  }

  return {
    async take(target, credentials) {
      const key = keyOf(target, credentials);
      const found = idle.get(key);
      if (found) {
        clearTimeout(found.timer);
        idle.delete(key);
      }
      const router = found?.router ?? (await createRouter(target, credentials, settings));
      return {
        router,
        giveBack(isSound) {
          if (isSound && !isClosed && settings.ROUTER_IDLE_MAX_MS > 0 && !idle.has(key)) keep(key, router);
          else router.close();
        },
      };
    },
    close() {
      isClosed = true;
      for (const { router, timer } of idle.values()) {
        clearTimeout(timer);
        router.close();
      }
      idle.clear();
    },
  };
}

/** The same only for the same way in: a changed address, key or password is another router. Its parts stay in memory as long as the connection does. */
function keyOf({ sealed_credentials: _sealed, nombre: _nombre, ...target }: RouterTarget, credentials: RouterCredentials): string {
  return JSON.stringify([target, credentials]);
}
