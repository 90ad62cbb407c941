// One task's dealings with one router: a connection to it, shared or its own, and patience with a router that does not answer.
import { backoffDelay, type RouterTarget, routerCredentialsSchema } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import { type TaskContext, type TaskEnd, TaskFailure } from '../tasks/task-handler.ts';
import type { Router } from './router.ts';
import { RouterInterruption } from './router-interruption.ts';
import type { RouterPool } from './router-pool.ts';
import type { SealingIdentity } from './sealed-entries.ts';

export interface RouterParts {
  settings: AgentSettings;
  identity: SealingIdentity;
  pool: RouterPool;
}

export interface RouterSession {
  router: Router;
  /** Asks the router, again after an interruption, at most `ROUTER_ATTEMPTS_MAX` times. @throws TaskFailure, or the reason of the signal */
  ask<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Runs `work` with the router of `target`; credentials are in memory for as long as the connection is kept. `attemptsMax` when less patience is wanted. */
export async function withRouter(
  { settings, identity, pool }: RouterParts,
  target: RouterTarget,
  context: TaskContext,
  work: (session: RouterSession) => Promise<TaskEnd>,
  attemptsMax = settings.ROUTER_ATTEMPTS_MAX,
): Promise<TaskEnd> {
  const { signal } = context;
  signal.throwIfAborted();
  const { router, giveBack } = await pool.take(target, () => openCredentials(target, identity));
  let isSound = false;

  async function ask<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await call(signal);
      } catch (error) {
        // Whatever broke after the abort broke because of it.
        signal.throwIfAborted();
        if (!(error instanceof RouterInterruption)) throw error;
        if (attempt + 1 >= attemptsMax) throw givenUp(error);
        const delay = backoffDelay(attempt, { delayMinMs: settings.ROUTER_RETRY_DELAY_MIN_MS, delayMaxMs: settings.ROUTER_RETRY_DELAY_MAX_MS });
        context.log.warn({ event: 'router_interrupted', id_router: target.id_router, reason: error.message, attempt }, 'the router did not answer');
        await context.report({ code: 'router.retrying', values: { reason: error.message, seconds: Math.ceil(delay / 1000) } });
        await abortableDelay(delay, signal);
      }
    }
  }

  try {
    const end = await work({ router, ask });
    isSound = true;
    return end;
  } finally {
    giveBack(isSound);
  }
}

async function openCredentials({ sealed_credentials }: RouterTarget, { unseal }: SealingIdentity) {
  try {
    return routerCredentialsSchema.parse(JSON.parse(await unseal(sealed_credentials)));
  } catch {
    // The cause could quote what is inside.
    throw new TaskFailure({ code: 'router.credentials_unreadable' });
  }
}

function givenUp({ silentMs, message }: RouterInterruption): TaskFailure {
  if (silentMs !== undefined) return new TaskFailure({ code: 'router.timed_out', values: { seconds: Math.ceil(silentMs / 1000) } });
  return new TaskFailure({ code: 'router.unreachable', values: { reason: message } });
}

function abortableDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}
