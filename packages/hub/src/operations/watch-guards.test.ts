// What stands before a progress socket: each guard refuses with its exact status before the upgrade.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually, type Person, startTestHub, type TestHub, upgradeStatus } from '../http/hub.fixture.ts';
import { openTestSocket } from '../http/socket.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;

beforeAll(async () => {
  hub = await startTestHub({ CONNECTIONS_PER_USER_MAX: '3' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());

describe('userId', () => {
  const wrong = [
    '',
    '?userId=',
    '?userId=0',
    '?userId=-1',
    '?userId=1.5',
    '?userId=abc',
    '?userId=1e3',
    '?userId=01',
    '?userId=%31%00',
    '?userId=99999999999999999999',
    '?userid=1',
    '?userId=1;2',
  ];
  for (const query of wrong) test(`${query || 'absent'} is refused with 400`, async () => expect(await ana.watchStatus(query)).toBe(400));
  test('of the session is taken', async () => expect(await ana.watchStatus()).toBe(101));
  test('of somebody else is refused with 403, unless by an administrator', async () => {
    expect(await ben.watchStatus(`?userId=${ana.userId}`)).toBe(403);
    expect(await hub.admin.watchStatus(`?userId=${ana.userId}`)).toBe(101);
  });
});

describe('a session', () => {
  const query = () => `/ws/progress?userId=${ana.userId}`;
  test('is needed: without one 401', async () => expect(await upgradeStatus(hub.url, query(), { origin: hub.url })).toBe(401));
  test('with an altered signature is none', async () => {
    const altered = ana.cookie.replace(/\.([^;]{4})/, '.AAAA');
    expect(altered).not.toBe(ana.cookie);
    expect(await ana.watchStatus(undefined, { cookie: altered })).toBe(401);
  });
  test('that was signed out is none', async () => {
    const again = await hub.signIn(ana.email);
    expect(await again.watchStatus()).toBe(101);
    expect((await again.send('POST', '/api/auth/sign-out')).status).toBe(200);
    expect(await again.watchStatus()).toBe(401);
  });
  test('may be an API key instead', async () => {
    const { body } = await ana.send('POST', '/api/api-keys', { json: { name: 'watcher' } });
    expect(await upgradeStatus(hub.url, query(), { authorization: `Bearer ${body.key}` })).toBe(101);
    expect(await upgradeStatus(hub.url, query(), { authorization: `Bearer ${body.key}x` })).toBe(401);
  });
});

describe('the origin', () => {
  for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1', 'not a url']) {
    test(`${origin} is refused with 403`, async () => expect(await ana.watchStatus(undefined, { origin })).toBe(403));
  }
  test('may be absent: programs send none', async () =>
    expect(await upgradeStatus(hub.url, `/ws/progress?userId=${ana.userId}`, { cookie: ana.cookie })).toBe(101));
});

test('a request that is no upgrade is answered 426, and takes no place', async () => {
  for (let count = 0; count < 5; count++) {
    const answer = await ana.send('GET', `/ws/progress?userId=${ana.userId}`);
    expect([answer.status, answer.headers.get('upgrade'), answer.body.code]).toEqual([426, 'websocket', 'upgrade_required']);
  }
  expect(await ana.watchStatus()).toBe(101);
});

test('more connections than a user may have are refused with 429, and there is room again when one closes', async () => {
  const sockets = await Promise.all([ben.watch(), ben.watch(), ben.watch()]);
  expect(await ben.watchStatus()).toBe(429);
  expect(await ana.watchStatus()).toBe(101);
  sockets[0]?.close();
  await eventually(async () => (await ben.watchStatus()) === 101);
  for (const socket of sockets) socket.close();
});

test('messages cross a socket that was opened', async () => {
  const socket = await openTestSocket(hub.url, `/ws/progress?userId=${ana.userId}`, { cookie: ana.cookie });
  socket.send({ type: 'start_operation', operation_id: 'first' });
  expect(await socket.next(({ operation_id }) => operation_id === 'first')).toMatchObject({ type: 'operation', state: 'pending', seq: 1 });
  socket.close();
});
