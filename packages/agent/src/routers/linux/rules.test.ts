// What a task touches on a real Linux router and what it leaves, entry by entry.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { routerEntriesResultSchema } from '@relevo/protocol';
import { testTimeoutMs } from '../../agent.fixture.ts';
import { probeRouter } from '../look-at-router.ts';
import { restoreConnection } from '../put-back.ts';
import { removeConnection } from '../remove-connection.ts';
import { openTaskRoom, type TaskRoom, type TaskRun } from '../run-task.fixture.ts';
import { suspendConnection } from '../suspend-connection.ts';
import { openRouterNamespace, type RouterNamespace, whyNoRouterNamespace } from './router-namespace.fixture.ts';

setDefaultTimeout(testTimeoutMs);

const reason = whyNoRouterNamespace();
let router: RouterNamespace;
let room: TaskRoom;

beforeAll(async () => {
  if (reason !== undefined) return;
  router = await openRouterNamespace();
  await router.startSsh();
  room = await openTaskRoom();
});

afterAll(() => router?.close());

beforeEach(() => {
  if (reason !== undefined) return;
  router.onRouter('sh', '-c', 'nft flush set inet relevo clientes; ip route flush proto static; ip neigh flush nud permanent');
});

type Make = typeof removeConnection;

const kinds = new Map<Make, string>([
  [removeConnection, 'router.remove'],
  [suspendConnection, 'router.suspend'],
  [restoreConnection, 'router.restore'],
  [probeRouter, 'router.probe'],
]);

function run(make: Make, members: Record<string, unknown> = {}, nft_set: string | null = router.nftSet): Promise<TaskRun> {
  const { host, port, pin, username, privateKey, customer } = router;
  const target = { id_router: 1, nombre: 'r', tipo: 'linux', host, port, scheme: 'ssh', pin, nft_set } as const;
  const connection = { id_conexion: 5, direccion_ip: customer.ip, usuario_ppp: null, mac: customer.mac };
  return room.run(make(room.parts), target, { username, private_key: privateKey }, { kind: kinds.get(make), connection, ...members });
}

function held(): string {
  return router.onRouter('sh', '-c', 'nft list ruleset; ip route show proto static; ip neigh show nud permanent').replace(/ expires \S+/g, '');
}

describe.skipIf(reason !== undefined)(`a real Linux router${reason ? `: ${reason}` : ''}`, () => {
  test.each<[string, string]>([
    ['an element tagged for another connection', `nft add element inet relevo clientes '{ 10.99.0.5 comment "relevo:6" }'`],
    ['a neighbour set to other equipment', 'ip neigh replace 10.99.0.5 lladdr 02:00:00:00:00:99 dev lan nud permanent'],
  ])('%s stops everything', async (_what, command) => {
    router.onRouter('ip', 'route', 'add', '10.99.0.5/32', 'dev', 'lan', 'proto', 'static');
    router.onRouter('sh', '-c', command);
    const before = held();
    for (const make of [removeConnection, suspendConnection]) expect((await run(make)).code).toBe('router.ambiguous');
    expect(held()).toBe(before);
  });

  test('an interval that covers the address stops everything, for it lets others in as well', async () => {
    router.onRouter('nft', 'add', 'set', 'inet', 'relevo', 'redes', '{ type ipv4_addr; flags interval; }');
    router.onRouter('nft', 'add', 'element', 'inet', 'relevo', 'redes', '{ 10.99.0.0/24 }');
    expect((await run(removeConnection, {}, 'inet relevo redes')).code).toBe('router.ambiguous');
    expect(router.onRouter('nft', 'list', 'set', 'inet', 'relevo', 'redes')).toContain('10.99.0.0/24');
  });

  test('a host in a set of intervals is one customer', async () => {
    router.onRouter(
      'sh',
      '-c',
      `nft add set inet relevo mezcla '{ type ipv4_addr; flags interval; }' 2>/dev/null; nft add element inet relevo mezcla '{ 10.99.0.5, 10.99.1.0/24 }'`,
    );
    expect((await run(removeConnection, {}, 'inet relevo mezcla')).code).toBe('router.removed');
    const left = router.onRouter('nft', 'list', 'set', 'inet', 'relevo', 'mezcla');
    expect([left.includes('10.99.0.5'), left.includes('10.99.1.0/24')]).toEqual([false, true]);
  });

  test('the route to the whole network and a blackhole stay', async () => {
    router.onRouter('ip', 'route', 'add', '10.99.0.0/16', 'dev', 'lan', 'proto', 'static');
    router.onRouter('ip', 'route', 'add', 'blackhole', '10.99.0.5/32', 'proto', 'static');
    const before = held();
    expect((await run(removeConnection)).code).toBe('router.already_gone');
    expect(held()).toBe(before);
  });

  test('time limits and comments of elements, and all of a route, come back', async () => {
    router.onRouter('nft', 'add', 'set', 'inet', 'relevo', 'temporales', '{ type ipv4_addr; flags timeout; }');
    router.onRouter('sh', '-c', `nft add element inet relevo temporales '{ 10.99.0.5 timeout 1d comment "Ana } Peña, relevo:5" }'`);
    router.onRouter('ip', 'route', 'add', '10.99.0.5/32', 'via', '10.98.0.2', 'dev', 'wan', 'proto', 'static', 'metric', '77', 'onlink');
    const route = router.onRouter('ip', 'route', 'show', 'exact', '10.99.0.5/32');
    const removed = await run(removeConnection, {}, 'inet relevo temporales');
    expect(router.onRouter('ip', 'route', 'show', 'exact', '10.99.0.5/32')).toBe('');
    const { entries } = routerEntriesResultSchema.parse(removed.result);
    expect((await run(restoreConnection, { entries }, 'inet relevo temporales')).code).toBe('router.restored');
    expect(router.onRouter('ip', 'route', 'show', 'exact', '10.99.0.5/32')).toBe(route);
    expect(router.onRouter('nft', 'list', 'set', 'inet', 'relevo', 'temporales')).toMatch(/10\.99\.0\.5 timeout 1d .*comment "Ana } Peña, relevo:5"/);
  });

  test.each([
    ['inet relevo nadie', 'No such file or directory'],
    ['inet relevo puertos', 'inet_service'],
  ])('a set that is not there or holds no addresses is refused, and said: %s', async (set, expected) => {
    router.onRouter('sh', '-c', "nft add set inet relevo puertos '{ type inet_service; }'");
    for (const make of [probeRouter, removeConnection]) {
      const { code, said } = await run(make, {}, set);
      expect([code, String(said.at(-1)?.values?.reason)]).toEqual(['router.refused', expect.stringContaining(expected)]);
    }
  });

  test('without a set a removal takes the route, and a suspension has nothing to close', async () => {
    router.onRouter('ip', 'route', 'add', '10.99.0.5/32', 'dev', 'lan', 'proto', 'static');
    expect((await run(suspendConnection, {}, null)).code).toBe('router.refused');
    expect((await run(removeConnection, {}, null)).code).toBe('router.removed');
    expect(router.onRouter('ip', 'route', 'show', 'exact', '10.99.0.5/32')).toBe('');
  });

  test('an entry of somebody else is not put back', async () => {
    const entry = { kind: 'nft-element', label: 'x', values: { address: '10.99.0.6' } };
    const before = held();
    expect((await run(restoreConnection, { entries: [entry] })).code).toBe('router.ambiguous');
    expect(held()).toBe(before);
  });
});
