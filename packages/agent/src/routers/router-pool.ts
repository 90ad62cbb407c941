// Connections to routers: shared by tasks where the router allows it, and kept for a moment after the last one, for a small device takes long over a
// handshake, and often the next task is for it too.
import type { RouterCredentials, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import { createRouter } from './create-router.ts';
import type { Router } from './router.ts';

export interface RouterPool {
  /**
   * A router that nobody else uses until it is given back, unless it is one that tasks may share. `open` opens the credentials of the target; they
   * need not be opened again for a connection that was made with the very same ones.
   * @throws TaskFailure when the target cannot be what it says, and what `open` throws
   */
  take(target: RouterTarget, open: () => Promise<RouterCredentials>): Promise<TakenRouter>;
  /** Closes what is idle; nothing is kept from now on. */
  close(): void;
}

export interface TakenRouter {
  router: Router;
  /** `isSound`: everything that was asked of it was answered. */
  giveBack(isSound: boolean): void;
}

interface Kept {
  place: string;
  /** In memory as long as the connection is. */
  credentials: string;
  /** The text that they were opened from last. */
  sealed: string;
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
    async take({ sealed_credentials: sealed, ...target }, open) {
      const place = placeOf(target);
      const free = () => [...kept].filter((one) => one.place === place && isFree(one));
      let taken = free().find((one) => one.sealed === sealed);
      if (!taken) {
        const opened = await open();
        const credentials = JSON.stringify(opened);
        taken = free().find((one) => one.credentials === credentials);
        taken ??= { place, credentials, sealed, router: await createRouter(target, opened, settings), users: 0 };
        taken.sealed = sealed;
        kept.add(taken);
      }
      clearTimeout(taken.timer);
      taken.users += 1;
      const one = taken;
      return { router: one.router, giveBack: (isSound) => giveBack(one, isSound) };
    },
    close() {
      isClosed = true;
      for (const one of [...kept]) drop(one);
    },
  };
}

/** The same only for the same way in: a changed address or key is another router. */
function placeOf({ nombre: _nombre, ...target }: Omit<RouterTarget, 'sealed_credentials'>): string {
  return JSON.stringify(target);
}
