// The played router does what the vendor's documentation of the REST interface says.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { RouterOsSimulator } from './simulator.ts';

let router: RouterOsSimulator;

beforeEach(() => {
  router = new RouterOsSimulator({ username: 'admin', password: 'secret' }).start();
});

afterEach(() => router.stop());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${router.port}/rest/${path}`, {
    method,
    headers: { authorization: `Basic ${btoa('admin:secret')}` },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function ids(menu: string): Promise<string[]> {
  return ((await ask('GET', menu)).body as Record<string, string>[]).map((row) => row['.id'] ?? '');
}

test('all values are strings, whatever was sent', async () => {
  const { status, body } = await ask('PUT', 'ppp/secret', { name: 'ana', 'limit-bytes-in': 0, disabled: false });
  expect(status).toBe(201);
  expect(Object.values(body as object).every((value) => typeof value === 'string')).toBe(true);
});

test('an .id is taken with its asterisk raw and as %2A', async () => {
  router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2' });
  const [id = ''] = await ids('ip/arp');
  expect((await ask('GET', `ip/arp/${id}`)).body).toMatchObject({ address: '10.0.0.5' });
  expect((await ask('PATCH', `ip/arp/${id.replace('*', '%2A')}`, { comment: 'x' })).body).toMatchObject({ comment: 'x' });
  expect(await ask('DELETE', `ip/arp/${id.replace('*', '%2A')}`)).toEqual({ status: 204, body: undefined });
  expect(await ids('ip/arp')).toEqual([]);
});

test('an .id is another one after a reboot', async () => {
  router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2' });
  const before = await ids('ip/arp');
  await router.stop();
  router.start();
  const after = await ids('ip/arp');
  expect(after.length).toBe(1);
  expect(after).not.toEqual(before);
  expect((await ask('DELETE', `ip/arp/${before[0]}`)).status).toBe(404);
});

test('filters and .proplist choose rows and members; .id is always there', async () => {
  router.add('ip/arp', { address: '10.0.0.5', interface: 'ether2', comment: 'a' });
  router.add('ip/arp', { address: '10.0.0.6', interface: 'ether2' });
  const { body } = await ask('GET', 'ip/arp?address=10.0.0.5&.proplist=address,comment');
  expect(body).toEqual([{ '.id': expect.stringMatching(/^\*[0-9A-F]+$/), address: '10.0.0.5', comment: 'a' }]);
  expect((await ask('GET', 'ip/arp?comment=a&address=10.0.0.6')).body).toEqual([]);
});

test('commands by POST do what the verbs do', async () => {
  await ask('POST', 'ip/arp/add', { address: '10.0.0.5', interface: 'ether2' });
  const [id] = await ids('ip/arp');
  await ask('POST', 'ip/arp/disable', { '.id': id });
  expect((await ask('POST', 'ip/arp/print', {})).body).toEqual([expect.objectContaining({ disabled: 'true' })]);
  await ask('POST', 'ip/arp/remove', { '.id': id });
  expect(await ids('ip/arp')).toEqual([]);
});

test.each<[string, string, string, unknown, number, string | undefined]>([
  ['an unknown menu', 'GET', 'ip/nothing', undefined, 400, 'no such command or directory (nothing)'],
  ['an unknown path', 'GET', 'nonexistent/path', undefined, 400, 'no such command or directory (nonexistent)'],
  ['a command by GET', 'GET', 'ip/arp/print', undefined, 400, 'no such command or directory (print)'],
  ['an unknown .id', 'GET', 'ip/arp/*999', undefined, 404, undefined],
  ['a removal of an unknown .id', 'DELETE', 'ip/arp/*999', undefined, 404, undefined],
  ['a change of an unknown .id', 'PATCH', 'ip/arp/*999', { comment: 'x' }, 404, undefined],
  ['a body that is no JSON', 'PUT', 'ip/arp', '{', 400, 'Failed to parse json'],
  ['a secret without a name', 'PUT', 'ppp/secret', { password: 'x' }, 400, 'missing value of name'],
  ['an unknown command', 'POST', 'ip/arp/explode', {}, 400, 'no such command (explode)'],
])('%s is answered with an error body', async (_what, method, path, body, status, detail) => {
  const answer = await ask(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: status, message: expect.any(String), ...(detail !== undefined && { detail }) });
});

test('the same name twice is refused', async () => {
  await ask('PUT', 'ppp/secret', { name: 'ana', password: 'x' });
  expect((await ask('PUT', 'ppp/secret', { name: 'ana', password: 'y' })).body).toMatchObject({ error: 400, detail: 'failure: already have such entry' });
});

test('nobody gets in without the right user and password', async () => {
  for (const authorization of [undefined, `Basic ${btoa('admin:wrong')}`, 'Bearer x']) {
    const response = await fetch(`http://127.0.0.1:${router.port}/rest/ip/arp`, { headers: authorization ? { authorization } : {} });
    expect([response.status, await response.json()]).toEqual([401, { error: 401, message: 'Unauthorized' }]);
  }
});

test('disabling a secret leaves its session up; cutting it then keeps the client out', async () => {
  router.add('ppp/secret', { name: 'ana', password: 'x' });
  expect(router.dial({ name: 'ana', password: 'x', address: '10.0.0.5' })).toBe(true);
  const [secret] = await ids('ppp/secret');
  await ask('PATCH', `ppp/secret/${secret}`, { disabled: 'true' });
  expect(router.rows('ppp/active').length).toBe(1);
  await ask('DELETE', `ppp/active/${(await ids('ppp/active'))[0]}`);
  expect(router.rows('ppp/active')).toEqual([]);
});

test('a client whose session is cut dials again while its secret lets it, and brings its queue and route', async () => {
  router.add('ppp/secret', { name: 'ana', password: 'x' });
  router.dial({ name: 'ana', password: 'x', address: '10.0.0.5' });
  const [before] = await ids('ppp/active');
  await ask('DELETE', `ppp/active/${before}`);
  expect((await ids('ppp/active')).length).toBe(1);
  expect(await ids('ppp/active')).not.toEqual([before]);
  expect(router.rows('queue/simple')).toEqual([expect.objectContaining({ name: '<pppoe-ana>', dynamic: 'true' })]);
  router.hangUp('ana');
  expect([router.rows('ppp/active'), router.rows('queue/simple'), router.rows('ip/route')]).toEqual([[], [], []]);
});

test('a client with another password is not let in', () => {
  router.add('ppp/secret', { name: 'ana', password: 'x' });
  expect(router.dial({ name: 'ana', password: 'y', address: '10.0.0.5' })).toBe(false);
});
