// The routers from which the bench of removals removes customers: a played RouterOS device, as fast as it can and as slow as a small one, and a
// real Linux router made of network namespaces.
import { join } from 'node:path';
import { createLinuxRouter } from '@relevo/agent/linux-router';
import { openRouterNamespace } from '@relevo/agent/router-namespace';
import { createRouterOsRouter } from '@relevo/agent/routeros-router';
import { runtimeBinary } from '@relevo/e2e/command';
import type { Scope } from '@relevo/e2e/scope';
import type { BenchCustomer } from './servers/routeros.ts';

type BareRouter = Pick<ReturnType<typeof createRouterOsRouter>, 'find' | 'remove' | 'close'>;

export interface Site {
  name: string;
  /** Customers removed in one run. */
  count: number;
  /** What the hub is told of the router. */
  record: object;
  /** Puts customers on the router who were never there. */
  fill(customers: readonly BenchCustomer[]): Promise<void>;
  /** The router without anything of the product around it. */
  open(): BareRouter;
}

const patience = { connectTimeoutMs: 5_000, answerMaxBytes: 16 * 1024 ** 2 };
const commandTimeoutMs = 15_000;

/** `delayMs`: how long each answer takes. */
export async function playedSite(scope: Scope, name: string, count: number, delayMs: number): Promise<Site> {
  const process = Bun.spawn([runtimeBinary, join(import.meta.dir, 'servers/routeros.ts')], { stdout: 'pipe', stderr: 'inherit' });
  scope.onEnd(async () => {
    process.kill();
    await process.exited;
  });
  const { value } = await process.stdout.getReader().read();
  const { port, control } = JSON.parse(new TextDecoder().decode(value)) as { port: number; control: string };
  const login = { username: 'bench', password: 'bench' };
  const place = { host: '127.0.0.1', port, scheme: 'http' as const };
  return {
    name,
    count,
    record: { nombre: name, tipo: 'routeros', ...place, credentials: login },
    async fill(customers) {
      const answer = await fetch(`${control}?delay_ms=${delayMs}`, { method: 'POST', body: JSON.stringify(customers) });
      if (!answer.ok) throw new Error(`the router was not filled: ${answer.status}`);
    },
    open: () =>
      createRouterOsRouter({ ...place, ...login, ...patience, pin: null, authorities: undefined, requestTimeoutMs: commandTimeoutMs, requestsAtOnceMax: 4 }),
  };
}

/** Needs the rights of an administrator. */
export async function linuxSite(scope: Scope, name: string, count: number): Promise<Site> {
  const router = await openRouterNamespace();
  scope.onEnd(router.close);
  await router.startSsh();
  const { host, port, pin, nftSet, username, privateKey } = router;
  return {
    name,
    count,
    record: { nombre: name, tipo: 'linux', host, port, scheme: 'ssh', pin, nft_set: nftSet, credentials: { username, private_key: privateKey } },
    async fill(customers) {
      for (const { direccion_ip } of customers) router.allow({ ip: direccion_ip, mac: router.customer.mac }, 'bench');
    },
    open: () => createLinuxRouter({ host, port, pin, nftSet, username, privateKey, ...patience, password: undefined, commandTimeoutMs }),
  };
}
