// Connections to routers: shared by tasks where the router allows it, and kept for a moment after the last one, for a small device takes long over a
// handshake, and often the next task is for it too.
import type { RouterCredentials, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import { createRouter } from './create-router.ts';
import type { Router } from './router.ts';

export interface RouterPool {
  /** A router that nobody else uses until it is given back, unless it is one that tasks may share. @throws TaskFailure when the target cannot be what it says */
  take(target: RouterTarget, credentials: RouterCredentials): Promise<TakenRouter>;
  /** Closes what is idle; nothing is kept from now on. */
  close(): void;
}

export interface TakenRouter {
  router: Router;
  /** `isSound`: everything that was asked of it was answered. */
  giveBack(isSound: boolean): void;
}

interface Kept {
  key: string;
  router: Router;
  users: number;
  timer?: ReturnType<typeof setTimeout>;
}

export function createRouterPool(settings: AgentSettings): RouterPool {
  /** Whatever the next task may take; as many as there were tasks at once. */
  const kept = new Set<Kept>();
  let isClosed = false;

  function isFree({ users, router }: Kept): boolean {
    return users === 0 || router.isShareable;
  }

  function drop(one: Kept): void {
    clearTimeout(one.timer);
    kept.delete(one);
    if (one.users === 0) one.router.close();
  }

  function giveBack(one: Kept, isSound: boolean): void {
    one.users -= 1;
    // Whoever still uses it finds out alone whether it answers; nobody else begins with it.
    if (!isSound || isClosed || settings.ROUTER_IDLE_MAX_MS === 0) kept.delete(one);
    if (one.users > 0) return;
    if (kept.has(one)) one.timer = setTimeout(() => drop(one), settings.ROUTER_IDLE_MAX_MS);
    else one.router.close();
  }

  return {
    async take(target, credentials) {
      const key = keyOf(target, credentials);
      let one = [...kept].find((other) => other.key === key && isFree(other));
      if (!one) {
        one = { key, router: await createRouter(target, credentials, settings), users: 0 };
        kept.add(one);
      }
      const taken = one;
      clearTimeout(taken.timer);
      taken.users += 1;
      return { router: taken.router, giveBack: (isSound) => giveBack(taken, isSound) };
    },
    close() {
      isClosed = true;
      for (const one of [...kept]) drop(one);
    },
  };
}

/** The same only for the same way in: a changed address, key or password is another router. Its parts stay in memory as long as the connection does. */
function keyOf({ sealed_credentials: _sealed, nombre: _nombre, ...target }: RouterTarget, credentials: RouterCredentials): string {
  return JSON.stringify([target, credentials]);
}
