// What users may do beyond their own things: granted by administrators, taken away at once, the same by API key.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { SettingsError } from '@relevo/runtime';
import { type AuthHub, startAuthHub, type Visitor } from './auth.fixture.ts';

setDefaultTimeout(60_000);

let hub: AuthHub;
let boss: Visitor;
beforeAll(async () => {
  hub = await startAuthHub();
  boss = await hub.asAdmin();
});
afterAll(() => hub.stop());

let made = 0;
async function makeUser(more: object = {}) {
  made += 1;
  const email = `p${made}@example.com`;
  const password = 'password of the user';
  const answer = await boss.send('POST', '/api/users', { email, name: 'P', password, ...more });
  const visitor = hub.visitor();
  await visitor.signIn(email, password);
  return { id: answer.body.id as number, made: answer.body, visitor };
}
const grant = (id: number, permissions: unknown) => boss.send('PATCH', `/api/users/${id}`, { permissions });

test('an administrator has all, a new user none', async () => {
  const { made, visitor } = await makeUser();
  expect(made.permissions).toEqual([]);
  expect((await visitor.send('GET', '/api/me')).body.permissions).toEqual([]);
  expect((await boss.send('GET', '/api/me')).body.permissions).toEqual(['isp:read', 'isp:write', 'isp:remove']);
});

test('a user may be made with some', async () => {
  const { made, visitor } = await makeUser({ permissions: ['isp:write', 'isp:read', 'isp:read'] });
  expect(made.permissions).toEqual(['isp:read', 'isp:write']);
  expect((await visitor.send('GET', '/api/me')).body.permissions).toEqual(['isp:read', 'isp:write']);
});

test('what is granted and taken away counts from the next request on, by session and by API key', async () => {
  const { id, visitor } = await makeUser();
  const { body } = await visitor.send('POST', '/api/api-keys', { name: 'program' });
  const may = async () => [
    (await visitor.send('GET', '/api/me')).body.permissions,
    (await hub.visitor().send('GET', '/api/me', undefined, { authorization: `Bearer ${body.key}` })).body.permissions,
  ];
  expect((await grant(id, ['isp:remove', 'isp:read'])).body.permissions).toEqual(['isp:read', 'isp:remove']);
  expect(await may()).toEqual([
    ['isp:read', 'isp:remove'],
    ['isp:read', 'isp:remove'],
  ]);
  expect((await boss.send('PATCH', `/api/users/${id}`, { name: 'Other' })).body.permissions).toEqual(['isp:read', 'isp:remove']);
  expect((await boss.send('GET', '/api/users')).body.users.find((user: { id: number }) => user.id === id).permissions).toEqual(['isp:read', 'isp:remove']);
  expect((await grant(id, [])).body.permissions).toEqual([]);
  expect(await may()).toEqual([[], []]);
});

test('a user who becomes administrator has all, and what was granted when they cease to be', async () => {
  const { id } = await makeUser({ permissions: ['isp:read'] });
  expect((await boss.send('PATCH', `/api/users/${id}`, { role: 'admin' })).body.permissions).toHaveLength(3);
  expect((await boss.send('PATCH', `/api/users/${id}`, { role: 'user' })).body.permissions).toEqual(['isp:read']);
});

describe('is refused with 400', () => {
  test.each([['isp:read'], [['isp:everything']], [[7]], [null], [{}], [['isp:read', 'isp:read', 'isp:read', 'isp:read']]])('%p', async (permissions) => {
    const { id } = await makeUser();
    const answer = await grant(id, permissions);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect((await boss.send('GET', '/api/users')).body.users.find((user: { id: number }) => user.id === id).permissions).toEqual([]);
  });

  test('for who is no administrator it is 403', async () => {
    const { id, visitor } = await makeUser();
    expect((await visitor.send('PATCH', `/api/users/${id}`, { permissions: ['isp:read'] })).status).toBe(403);
  });
});

describe('USER_PERMISSIONS_DEFAULT', () => {
  test('is what a new user has', async () => {
    const other = await startAuthHub({ USER_PERMISSIONS_DEFAULT: 'isp:write, isp:read' });
    try {
      const admin = await other.asAdmin();
      const { body } = await admin.send('POST', '/api/users', { email: 'a@example.com', name: 'A', password: 'long enough' });
      expect(body.permissions).toEqual(['isp:read', 'isp:write']);
    } finally {
      await other.stop();
    }
  });

  test.each(['everything', 'isp:read,', 'isp:read,isp:all'])('%p is refused at start', async (value) => {
    const start = startAuthHub({ USER_PERMISSIONS_DEFAULT: value });
    await expect(start).rejects.toThrow(SettingsError);
    await expect(start).rejects.toThrow('USER_PERMISSIONS_DEFAULT');
  });
});
