// What a key with scopes may do, over the whole route table: what is named nowhere is refused.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { ApiKeyScope } from '@relevo/protocol';
import { startTestHub, type TestHub, upgradeStatus } from '../http/hub.fixture.ts';
import { scopesFor } from './scopes.ts';

setDefaultTimeout(60_000);

let hub: TestHub;
const keys = new Map<ApiKeyScope, string>();
beforeAll(async () => {
  hub = await startTestHub();
  for (const scope of ['read', 'report', 'files', 'deliver', 'isp', 'admin'] as const) {
    const { body } = await hub.admin.send('POST', '/api/api-keys', { json: { name: scope, scopes: [scope] } });
    keys.set(scope, body.key);
  }
});
afterAll(() => hub.stop());

const asked = (scope: ApiKeyScope, method: string, path: string) =>
  hub.send(method, path, { headers: { authorization: `Bearer ${keys.get(scope)}` }, ...(method !== 'GET' && { json: {} }) });

test.each([
  ['GET', '/api/me', 'user', ['read', 'report', 'files', 'deliver', 'isp', 'admin']],
  ['PATCH', '/api/me', 'user', []],
  ['GET', '/api/me/sessions', 'user', []],
  ['GET', '/api/api-keys', 'user', []],
  ['POST', '/api/api-keys', 'user', []],
  ['DELETE', '/api/api-keys/{id}', 'user', []],
  ['GET', '/api/files', 'user', ['read', 'files', 'deliver']],
  ['DELETE', '/api/files/{id}', 'user', ['files']],
  ['PATCH', '/api/uploads/{id}', 'user', ['files']],
  ['GET', '/api/agents', 'user', ['read', 'deliver']],
  ['DELETE', '/api/agents/{id}', 'admin', ['admin']],
  ['DELETE', '/api/agents/{id}/files/{name}', 'user', ['deliver']],
  ['POST', '/api/deliveries', 'user', ['deliver']],
  ['GET', '/api/operations', 'user', ['read', 'report']],
  ['POST', '/api/operations/{id}/stop', 'user', ['report']],
  ['POST', '/api/operations/{id}/retry', 'user', ['deliver']],
  ['GET', '/api/reports/stops', 'user', ['report']],
  ['POST', '/api/reports', 'user', ['report']],
  ['POST', '/api/routers/quitar-conexion', 'isp:remove', ['isp']],
  ['GET', '/api/clientes', 'isp:read', ['isp']],
  ['GET', '/api/metrics', 'user', ['read']],
  ['POST', '/api/something-new', 'user', []],
] as const)('%s %s (%s) needs one of %p', (method, route, access, scopes) => {
  expect(scopesFor({ method, route, access })).toEqual([...scopes]);
});

describe('a key of an administrator', () => {
  test.each([
    ['read', 'GET', '/api/files', 200],
    ['read', 'GET', '/api/operations', 200],
    ['read', 'POST', '/api/deliveries', 403],
    ['read', 'DELETE', '/api/files/x', 403],
    ['read', 'GET', '/api/users', 403],
    ['read', 'GET', '/metrics', 403],
    ['read', 'GET', '/api/me', 200],
    ['report', 'POST', '/api/operations', 400],
    ['report', 'GET', '/api/files', 403],
    ['files', 'DELETE', '/api/files/x', 404],
    ['files', 'POST', '/api/deliveries', 403],
    ['deliver', 'POST', '/api/deliveries', 400],
    ['admin', 'GET', '/api/users', 200],
    ['admin', 'GET', '/metrics', 200],
    ['admin', 'GET', '/api/files', 403],
    ['admin', 'POST', '/api/api-keys', 403],
    ['admin', 'PATCH', '/api/me', 403],
    ['isp', 'GET', '/api/users', 403],
  ] as const)('held to %s: %s %s is %d', async (scope, method, path, status) => {
    const answer = await asked(scope, method, path);
    expect([answer.status, answer.status === 403 && path !== '/metrics' ? answer.body.code : '']).toEqual([
      status,
      status === 403 && path !== '/metrics' ? 'scope_missing' : '',
    ]);
  });

  test('without scopes may all', async () => {
    const { body } = await hub.admin.send('POST', '/api/api-keys', { json: { name: 'all' } });
    expect(body.scopes).toBeNull();
    for (const path of ['/api/users', '/api/files', '/api/api-keys', '/api/operations']) {
      expect((await hub.send('GET', path, { headers: { authorization: `Bearer ${body.key}` } })).status).toBe(200);
    }
  });
});

test('of a user, the scope admin gives no more than the user has', async () => {
  const ana = await hub.person('ana@example.com');
  const { body } = await ana.send('POST', '/api/api-keys', { json: { name: 'x', scopes: ['admin', 'read', 'read'] } });
  expect(body.scopes).toEqual(['read', 'admin']);
  const answer = await hub.send('GET', '/api/users', { headers: { authorization: `Bearer ${body.key}` } });
  expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
});

test('the progress socket opens for who may read or report', async () => {
  const statuses: Record<string, number> = {};
  for (const [scope, key] of keys) {
    statuses[scope] = await upgradeStatus(hub.url, `/ws/progress?userId=${hub.admin.userId}`, { authorization: `Bearer ${key}` });
  }
  expect(statuses).toEqual({ read: 101, report: 101, files: 403, deliver: 403, isp: 403, admin: 403 });
});

test('on the progress socket, who may only read may not stop', async () => {
  await hub.admin.begin('work-1', 'step');
  const socket = await hub.admin.watch(undefined, { cookie: '', authorization: `Bearer ${keys.get('read')}` });
  socket.send({ type: 'stop_operation', operation_id: 'work-1' });
  const refusal = await socket.next(({ type }) => type === 'error');
  expect(refusal).toMatchObject({ code: 'scope_missing', operation_id: 'work-1' });
  socket.close();
  expect((await hub.admin.send('GET', '/api/operations/work-1')).body.state).not.toBe('stopped');
});

test.each([[[]], [['everything']], ['read'], [[7]], [null]])('%p are no scopes', async (scopes) => {
  expect((await hub.admin.send('POST', '/api/api-keys', { json: { name: 'x', scopes } })).status).toBe(400);
});
