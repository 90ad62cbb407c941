// The router of the tests is a real one: what passes it is decided by its firewall, and by nothing else.
import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { runRouterNamespace, whyNoRouterNamespace } from './harness/router-namespace.ts';
import { Scope } from './harness/scope.ts';

setDefaultTimeout(60_000);

const scope = new Scope();
const reason = whyNoRouterNamespace();

afterEach(() => scope.end());

test.skipIf(reason !== undefined)(
  `a customer reaches the server while the set holds them, and their neighbour is not touched${reason ? `: ${reason}` : ''}`,
  async () => {
    const router = await runRouterNamespace(scope, { customer: 1, neighbour: 2 });
    const set = ['inet', 'relevo', 'clientes'];
    expect(await router.passes()).toBe(true);
    router.onRouter('nft', 'delete', 'element', ...set, `{ ${router.customer.ip} }`);
    router.onRouter('conntrack', '-D', '-s', router.customer.ip);
    expect(await router.passes()).toBe(false);
    expect(await router.passes(router.neighbour.ip)).toBe(true);
    router.onRouter('nft', 'add', 'element', ...set, `{ ${router.customer.ip} }`);
    expect(await router.passes()).toBe(true);
  },
);
