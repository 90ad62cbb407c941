// What a task touches on a RouterOS router and what it leaves, in which order, entry by entry.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type RouterEntry, routerCompareResultSchema, routerEntriesResultSchema } from '@relevo/protocol';
import { compareRouter, inspectConnection } from '../look-at-router.ts';
import { reactivateConnection, restoreConnection } from '../put-back.ts';
import { removeConnection } from '../remove-connection.ts';
import { openTaskRoom, type TaskRoom, type TaskRun } from '../run-task.fixture.ts';
import { suspendConnection } from '../suspend-connection.ts';
import { RouterOsSimulator } from './simulator.ts';

const credentials = { username: 'relevo', password: 'a-password' };
const ana = { id_conexion: 5, direccion_ip: '10.0.0.5', usuario_ppp: 'ana', mac: '4C:5E:0C:AA:BB:05' };
let router: RouterOsSimulator;
let room: TaskRoom;

beforeEach(async () => {
  router = new RouterOsSimulator(credentials).start();
  room = await openTaskRoom();
});

afterEach(() => router.stop());

type Make = typeof removeConnection;

function run(make: Make, members: Record<string, unknown> = {}): Promise<TaskRun> {
  const target = { id_router: 1, nombre: 'r', tipo: 'routeros', host: '127.0.0.1', port: router.port, scheme: 'http', pin: null, nft_set: null } as const;
  return room.run(make(room.parts), target, credentials, { kind: kinds.get(make), connection: ana, ...members });
}

const kinds = new Map<Make, string>([
  [removeConnection, 'router.remove'],
  [suspendConnection, 'router.suspend'],
  [restoreConnection, 'router.restore'],
  [reactivateConnection, 'router.reactivate'],
  [inspectConnection, 'router.inspect'],
  [compareRouter, 'router.compare'],
]);

function entriesOf({ result }: TaskRun): RouterEntry[] {
  return routerEntriesResultSchema.parse(result).entries;
}

function changes(): string[] {
  return router.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
}

function everything(): string {
  const menus = ['ppp/secret', 'ppp/active', 'ip/firewall/address-list', 'queue/simple', 'ip/dhcp-server/lease', 'ip/arp', 'ip/route'];
  return JSON.stringify(menus.map((menu) => router.rows(menu)));
}

function addPpp(): void {
  router.add('ppp/secret', { name: 'ana', password: 'hers', service: 'pppoe', 'remote-address': '10.0.0.5' });
  router.dial({ name: 'ana', password: 'hers', address: '10.0.0.5' });
}

test('the secret goes before the session is cut, so that the client that dials again is not let in', async () => {
  addPpp();
  router.add('ip/firewall/address-list', { list: 'clientes', address: '10.0.0.5' });
  router.add('queue/simple', { name: 'ana', target: '10.0.0.5/32' });
  expect((await run(removeConnection)).code).toBe('router.removed');
  expect(changes()).toEqual(['DELETE ppp/secret', 'DELETE ppp/active', 'DELETE ip/firewall/address-list', 'DELETE queue/simple']);
  expect(router.rows('ppp/active')).toEqual([]);
});

test('a session that only lives because it began before its secret was removed is cut', async () => {
  addPpp();
  const [secret] = router.tables.list('ppp/secret');
  if (secret) router.tables.remove('ppp/secret', secret);
  expect(router.rows('ppp/active').length).toBe(1);
  expect((await run(removeConnection)).code).toBe('router.removed');
  expect(router.rows('ppp/active')).toEqual([]);
});

test('a session that begins while the removal runs is found by the last look', async () => {
  addPpp();
  router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2' });
  let isBack = false;
  router.onRequest = (request, usual) => {
    if (request.method === 'DELETE' && request.url.includes('ip/arp') && !isBack) {
      isBack = true;
      router.add('ppp/active', { name: 'ana', address: '10.0.0.5', service: 'pppoe' });
    }
    return usual();
  };
  expect((await run(removeConnection)).code).toBe('router.removed');
  expect(isBack).toBe(true);
  expect(router.rows('ppp/active')).toEqual([]);
});

test('what comes back each time is not chased for ever', async () => {
  router.onRequest = (request, usual) => {
    if (request.method === 'GET' && router.rows('ip/arp').length === 0) router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2' });
    return usual();
  };
  expect((await run(removeConnection)).code).toBe('router.returns');
});

test('what PPP and DHCP made goes with them, and stops nothing', async () => {
  addPpp();
  router.add('ip/firewall/address-list', { list: 'online', address: '10.0.0.5', dynamic: 'true' });
  router.add('ip/dhcp-server/lease', { address: '10.0.0.5', 'mac-address': ana.mac, dynamic: 'true' });
  const { code } = await run(removeConnection);
  expect(code).toBe('router.removed');
  expect(router.rows('ip/dhcp-server/lease')).toEqual([]);
  expect(router.rows('queue/simple')).toEqual([]);
});

test('a dynamic entry that the router will not give up is left to it', async () => {
  addPpp();
  router.add('ip/firewall/address-list', { list: 'online', address: '10.0.0.5', dynamic: 'true' });
  router.onRequest = (request, usual) => {
    if (request.method === 'DELETE' && request.url.includes('address-list'))
      return Response.json({ error: 400, message: 'Bad Request', detail: 'failure' }, { status: 400 });
    return usual();
  };
  expect((await run(removeConnection)).code).toBe('router.removed');
});

test('without a PPP user in the records, the secret that hands out the address tells whose session it is', async () => {
  addPpp();
  expect((await run(removeConnection, { connection: { ...ana, usuario_ppp: null } })).code).toBe('router.removed');
  expect(router.rows('ppp/active')).toEqual([]);
});

test('a connection by IPv6 is looked for in the menus of IPv6', async () => {
  const connection = { ...ana, direccion_ip: '2001:db8::5', usuario_ppp: null };
  router.add('ipv6/firewall/address-list', { list: 'clientes', address: '2001:db8::5/128' });
  router.add('ipv6/route', { 'dst-address': '2001:db8::5/128', gateway: 'fe80::1%ether2' });
  router.add('ipv6/dhcp-server/binding', { address: '2001:db8::5/128', duid: '0x01', iaid: '1' });
  router.add('ipv6/route', { 'dst-address': '2001:db8::/64', gateway: 'ether2' });
  const removed = await run(removeConnection, { connection });
  expect(entriesOf(removed).map(({ kind }) => kind)).toEqual(['ipv6/firewall/address-list', 'ipv6/dhcp-server/binding', 'ipv6/route']);
  expect(router.rows('ipv6/route').map((row) => row['dst-address'])).toEqual(['2001:db8::/64']);
});

test('a router without a menu has nothing there', async () => {
  addPpp();
  router.onRequest = (request, usual) => {
    if (!request.url.includes('dhcp-server')) return usual();
    return Response.json({ detail: 'no such command or directory (dhcp-server)', error: 400, message: 'Bad Request' }, { status: 400 });
  };
  expect((await run(removeConnection)).code).toBe('router.removed');
});

describe('what belongs to more than the connection stops everything', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a queue with another address too', 'queue/simple', { name: 'q', target: '10.0.0.5/32,10.0.0.6/32' }],
    ['a queue of ours that became wider', 'queue/simple', { name: 'q', target: '10.0.0.0/24', comment: 'relevo:5' }],
    ['a route of ours that became wider', 'ip/route', { 'dst-address': '10.0.0.0/24', gateway: '10.0.0.1', comment: 'relevo:5' }],
    ['an address list entry of ours that became wider', 'ip/firewall/address-list', { list: 'l', address: '10.0.0.0/24', comment: 'relevo:5' }],
    ['an address range', 'ip/firewall/address-list', { list: 'l', address: '10.0.0.5-10.0.0.9', comment: 'relevo:5' }],
    ['an address list entry of ours for another host', 'ip/firewall/address-list', { list: 'l', address: '10.0.0.9', comment: 'relevo:5' }],
    ['a queue of ours for another host', 'queue/simple', { name: 'q', target: '10.0.0.9/32', comment: 'relevo:5' }],
    ['a route of ours to another host', 'ip/route', { 'dst-address': '10.0.0.9/32', gateway: '10.0.0.1', comment: 'relevo:5' }],
    ['a lease of ours for another host', 'ip/dhcp-server/lease', { address: '10.0.0.9', 'mac-address': '4C:5E:0C:AA:BB:05', comment: 'relevo:5' }],
    ['a lease of ours for other equipment', 'ip/dhcp-server/lease', { address: '10.0.0.5', 'mac-address': '4C:5E:0C:00:00:99', comment: 'relevo:5' }],
    ['an ARP entry of ours for another host', 'ip/arp', { address: '10.0.0.9', interface: 'ether2', comment: 'relevo:5' }],
    ['a secret of ours for another host', 'ppp/secret', { name: 'ana', password: 'x', service: 'l2tp', 'remote-address': '10.0.0.9', comment: 'relevo:5' }],
    ['an entry tagged for another connection', 'ip/firewall/address-list', { list: 'l', address: '10.0.0.5', comment: 'relevo:6' }],
    ['an entry tagged for two connections', 'ip/route', { 'dst-address': '10.0.0.5/32', gateway: '10.0.0.1', comment: 'relevo:5 relevo:55' }],
    ['a secret of another user for the same address', 'ppp/secret', { name: 'bea', password: 'x', 'remote-address': '10.0.0.5' }],
    ['a secret of the user for another address', 'ppp/secret', { name: 'ana', password: 'x', service: 'l2tp', 'remote-address': '10.0.0.9' }],
    ['a session of another user on the address', 'ppp/active', { name: 'bea', address: '10.0.0.5' }],
    ['a lease of other equipment', 'ip/dhcp-server/lease', { address: '10.0.0.5', 'mac-address': '4C:5E:0C:00:00:99' }],
    ['an ARP entry of other equipment', 'ip/arp', { address: '10.0.0.5', interface: 'ether2', 'mac-address': '4C:5E:0C:00:00:99' }],
  ])('%s', async (_what, menu, row) => {
    addPpp();
    router.add(menu, row);
    const before = everything();
    for (const make of [removeConnection, suspendConnection]) {
      const { code, said } = await run(make);
      expect(code).toBe('router.ambiguous');
      expect(said.at(-1)?.values).toEqual({ kind: menu, label: expect.any(String), name: expect.any(String) });
    }
    expect(changes()).toEqual([]);
    expect(everything()).toBe(before);
  });

  test('a filter that the router takes wider than it was meant finds nobody else', async () => {
    addPpp();
    router.add('ppp/secret', { name: 'ANA', password: 'x' });
    router.onRequest = (request, usual) => {
      if (request.method === 'GET' && request.url.includes('ppp/secret?name=ana')) return Response.json(router.tables.list('ppp/secret'));
      return usual();
    };
    expect((await run(removeConnection)).code).toBe('router.ambiguous');
    expect(changes()).toEqual([]);
  });

  test('an address that went to somebody else meanwhile is not taken back by an undo', async () => {
    addPpp();
    const entries = entriesOf(await run(removeConnection));
    router.add('ppp/secret', { name: 'bea', password: 'x', 'remote-address': '10.0.0.5' });
    const before = everything();
    expect((await run(restoreConnection, { entries })).code).toBe('router.ambiguous');
    expect(everything()).toBe(before);
  });
});

test('a queue within another goes before it and comes back after it', async () => {
  router.add('queue/simple', { name: 'ana', target: '10.0.0.5/32' });
  router.add('queue/simple', { name: 'ana-voice', target: '10.0.0.5/32', parent: 'ana' });
  router.add('queue/simple', { name: 'ana-calls', target: '10.0.0.5/32', parent: 'ana-voice' });
  const before = router.rows('queue/simple').map(({ name, parent, target }) => ({ name, parent, target }));
  const entries = entriesOf(await run(removeConnection));
  expect(entries.map(({ name }) => name)).toEqual(['ana-calls', 'ana-voice', 'ana']);
  expect((await run(restoreConnection, { entries })).code).toBe('router.restored');
  expect(router.rows('queue/simple').map(({ name, parent, target }) => ({ name, parent, target }))).toEqual(before);
});

describe('what only covers the address is left alone', () => {
  test.each<[string, string, Record<string, string>]>([
    ['the queue of the whole network', 'queue/simple', { name: 'all', target: '10.0.0.0/24' }],
    ['the route to the whole network', 'ip/route', { 'dst-address': '10.0.0.0/24', gateway: 'ether2' }],
    ['a list with the whole network', 'ip/firewall/address-list', { list: 'lan', address: '10.0.0.0/24' }],
    ['an address that begins the same', 'ip/arp', { address: '10.0.0.55', interface: 'ether2' }],
    ['a user whose name begins the same', 'ppp/secret', { name: 'ana2', password: 'x', 'remote-address': '10.0.0.52' }],
    ['a tag that begins the same', 'queue/simple', { name: 'other', target: '10.0.0.55/32', comment: 'relevo:55' }],
  ])('%s', async (_what, menu, row) => {
    addPpp();
    router.add(menu, row);
    expect((await run(removeConnection)).code).toBe('router.removed');
    expect(router.rows(menu)).toEqual([expect.objectContaining(row)]);
  });
});

describe('suspending', () => {
  test('disables what lets in, blocks the lease, leaves the queue, and cuts the session', async () => {
    addPpp();
    router.add('queue/simple', { name: 'ana', target: '10.0.0.5/32' });
    router.add('ip/dhcp-server/lease', { address: '10.0.0.5', 'mac-address': ana.mac });
    router.add('ip/firewall/address-list', { list: 'clientes', address: '10.0.0.5' });
    const suspended = await run(suspendConnection);
    expect(suspended.code).toBe('router.suspended');
    expect(changes()).toEqual(['PATCH ppp/secret', 'DELETE ppp/active', 'PATCH ip/firewall/address-list', 'PATCH ip/dhcp-server/lease']);
    expect(router.rows('ppp/active')).toEqual([]);
    expect(router.rows('ip/dhcp-server/lease')[0]).toMatchObject({ 'block-access': 'true', disabled: 'false' });
    expect((await run(reactivateConnection, { entries: entriesOf(suspended) })).code).toBe('router.reactivated');
    expect(router.rows('ppp/secret')[0]).toMatchObject({ disabled: 'false', password: 'hers' });
    expect(router.rows('ip/dhcp-server/lease')[0]).toMatchObject({ 'block-access': 'false' });
    expect(router.rows('ppp/active').length).toBe(1);
  });

  test('a connection of which the router holds nothing is said to be gone', async () => {
    expect((await run(suspendConnection)).code).toBe('router.already_gone');
    expect(changes()).toEqual([]);
  });

  test('what was disabled before stays disabled after', async () => {
    router.add('ppp/secret', { name: 'ana', password: 'hers', disabled: 'true' });
    const entries = entriesOf(await run(suspendConnection));
    await run(reactivateConnection, { entries });
    expect(router.rows('ppp/secret')[0]?.disabled).toBe('true');
  });

  test('an entry that keeps the customer out is not disabled', async () => {
    addPpp();
    router.add('ip/firewall/address-list', { list: 'morosos', address: '10.0.0.5' });
    router.add('ip/firewall/filter', { chain: 'forward', action: 'drop', 'src-address-list': 'morosos' });
    expect((await run(suspendConnection)).code).toBe('router.suspended');
    expect(router.rows('ip/firewall/address-list')[0]?.disabled).toBe('false');
  });

  test('what was removed meanwhile is put back by a reactivation', async () => {
    addPpp();
    const entries = entriesOf(await run(suspendConnection));
    for (const row of [...router.tables.list('ppp/secret')]) router.tables.remove('ppp/secret', row);
    expect((await run(reactivateConnection, { entries })).code).toBe('router.reactivated');
    expect(router.rows('ppp/secret')).toEqual([expect.objectContaining({ name: 'ana', password: 'hers', disabled: 'false' })]);
  });
});

describe('putting back', () => {
  test('goes in the reverse order, and writes no counters and states', async () => {
    addPpp();
    router.add('ip/dhcp-server/lease', { address: '10.0.0.5', 'mac-address': ana.mac, 'last-seen': '1m', status: 'bound' });
    const entries = entriesOf(await run(removeConnection));
    router.asked.length = 0;
    await run(restoreConnection, { entries });
    expect(changes()).toEqual(['PUT ip/dhcp-server/lease', 'PUT ppp/secret']);
    expect(router.rows('ip/dhcp-server/lease')[0]).not.toHaveProperty('last-seen');
  });

  test('the password is sealed on its way out, and not among the values', async () => {
    addPpp();
    const [secret] = entriesOf(await run(inspectConnection));
    expect(JSON.stringify(secret)).not.toContain('hers');
    expect(secret?.values).not.toHaveProperty('password');
    expect(JSON.parse(await room.parts.identity.unseal(secret?.sealed ?? ''))).toEqual({ password: 'hers' });
  });

  test('a secret whose password the router did not show is not put back without one', async () => {
    addPpp();
    router.onRequest = async (request, usual) => {
      const answer = usual();
      if (request.method !== 'GET' || !request.url.includes('ppp/secret')) return answer;
      return Response.json((await answer.json()).map(({ password: _hidden, ...row }: Record<string, string>) => row));
    };
    const entries = entriesOf(await run(removeConnection));
    expect((await run(restoreConnection, { entries })).code).toBe('router.secret_unknown');
    expect(router.rows('ppp/secret')).toEqual([]);
  });

  test.each([
    { kind: 'system/script', label: 'x', values: { name: 'x', source: '/system reboot' } },
    { kind: '../user', label: 'x', values: { name: 'x' } },
  ])('an entry of a menu that holds no customers is refused: %p', async (entry) => {
    expect((await run(restoreConnection, { entries: [entry] })).code).toBe('router.refused');
    expect(changes()).toEqual([]);
  });

  test('an entry of somebody else is refused', async () => {
    const entry = { kind: 'ip/arp', label: 'ARP', values: { address: '10.0.0.6', interface: 'ether2' } };
    expect((await run(restoreConnection, { entries: [entry] })).code).toBe('router.ambiguous');
    expect(changes()).toEqual([]);
  });
});

describe('a comparison', () => {
  const compare = (expected: object[]) => run(compareRouter, { expected }).then(({ result }) => routerCompareResultSchema.parse(result));
  const known = { ...ana, usuario_ppp: null };

  test('finds what is tagged for nobody in every menu, queues and bindings too', async () => {
    router.add('queue/simple', { name: 'lost', target: '10.0.0.77/32', comment: 'relevo:888' });
    router.add('ipv6/dhcp-server/binding', { address: '2001:db8::77/128', duid: '0x01', iaid: '1', comment: 'relevo:888' });
    router.add('ip/arp', { address: '10.0.0.77', interface: 'ether2', comment: 'relevo:888' });
    router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2', comment: 'relevo:5' });
    router.add('queue/simple', { name: 'somebody', target: '10.0.0.0/24' });
    const { missing, unexpected } = await compare([known]);
    expect([missing, unexpected.map(({ kind }) => kind)]).toEqual([[], ['ipv6/dhcp-server/binding', 'ip/arp', 'queue/simple']]);
    expect(changes()).toEqual([]);
  });

  test('does not take a queue for a way in', async () => {
    router.add('queue/simple', { name: 'ana', target: '10.0.0.5/32', comment: 'relevo:5' });
    expect(await compare([known])).toEqual({ missing: [5], unexpected: [] });
  });
});
