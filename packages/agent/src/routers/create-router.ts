// Which implementation a router wants.
import type { RouterCredentials, RouterTarget } from '@relevo/protocol';
import type { AgentSettings } from '../settings.ts';
import { TaskFailure } from '../tasks/task-handler.ts';
import { createLinuxRouter } from './linux/linux-router.ts';
import type { Router } from './router.ts';
import { createRouterOsRouter } from './routeros/routeros-router.ts';

/** @throws TaskFailure when the target cannot be what it says */
export async function createRouter(target: Omit<RouterTarget, 'sealed_credentials'>, credentials: RouterCredentials, settings: AgentSettings): Promise<Router> {
  const { host, port, scheme } = target;
  const pin = target.pin?.replace(/^SHA256:/, '').replace(/=+$/, '') || null;
  if (target.tipo === 'routeros' && scheme !== 'ssh') {
    return createRouterOsRouter({
      host,
      port,
      scheme,
      pin,
      authorities: settings.ROUTER_CA_FILE && (await readAuthorities(settings.ROUTER_CA_FILE)),
      username: credentials.username,
      password: credentials.password ?? '',
      connectTimeoutMs: settings.ROUTER_CONNECT_TIMEOUT_MS,
      requestTimeoutMs: settings.ROUTER_REQUEST_TIMEOUT_MS,
      requestsAtOnceMax: settings.ROUTER_REQUESTS_AT_ONCE_MAX,
      answerMaxBytes: settings.ROUTER_ANSWER_MAX_BYTES,
    });
  }
  if (target.tipo === 'linux' && scheme === 'ssh') {
    return createLinuxRouter({
      host,
      port,
      pin,
      username: credentials.username,
      password: credentials.password,
      privateKey: credentials.private_key,
      nftSet: target.nft_set,
      connectTimeoutMs: settings.ROUTER_CONNECT_TIMEOUT_MS,
      commandTimeoutMs: settings.ROUTER_REQUEST_TIMEOUT_MS,
      answerMaxBytes: settings.ROUTER_ANSWER_MAX_BYTES,
    });
  }
  throw new TaskFailure({ code: 'router.refused', values: { reason: `a ${target.tipo} router is not reached by ${scheme}` } });
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await Bun.file(path).text();
  } catch {
    throw new TaskFailure({ code: 'router.refused', values: { reason: 'ROUTER_CA_FILE of the agent cannot be read' } });
  }
}
