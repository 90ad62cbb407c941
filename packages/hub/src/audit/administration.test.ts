// What administrators do leaves its entry, with how it was before and after, who did it, and no secret; what is refused leaves none.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { AuditEntry } from '@relevo/protocol';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { startTestHub, type TestHub } from '../http/hub.fixture.ts';

// Hashing passwords: slow where the machine is busy.
setDefaultTimeout(60_000);

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ SIGN_IN_FAILURES_MAX: '2' });
});
afterAll(() => hub.stop());

async function entries(query: string): Promise<AuditEntry[]> {
  return (await hub.admin.send('GET', `/api/audit?limit=200&${query}`)).body.entries;
}
const newest = async () => (await entries('')).at(0);

describe('users', () => {
  test('made, changed in role and permissions, disabled, enabled, given a password', async () => {
    const { userId } = await hub.person('one@example.com');
    for (const change of [
      { role: 'admin' },
      { role: 'user' },
      { permissions: ['isp:read'] },
      { disabled: true },
      { disabled: false },
      { name: 'New' },
      { password: 'another password' },
    ]) {
      await hub.admin.send('PATCH', `/api/users/${userId}`, { json: change, headers: { 'x-request-id': 'the-request' } });
    }
    const found = await entries(`subject_kind=user&subject_id=${userId}`);
    expect(found.map(({ action }) => action).reverse()).toEqual([
      'user.create',
      'user.change_role',
      'user.change_role',
      'user.grant',
      'user.disable',
      'user.enable',
      'user.rename',
      'user.reset_password',
    ]);
    expect(found.find(({ action }) => action === 'user.grant')).toMatchObject({
      user_id: hub.admin.userId,
      user_email: hub.admin.email,
      subject_title: 'one@example.com',
      request_id: 'the-request',
      client_address: '127.0.0.1',
      before: { permissions: [] },
      after: { permissions: ['isp:read'] },
    });
    expect(JSON.stringify(found)).not.toContain('another password');
  });

  test('left as they were leave no entry', async () => {
    const { userId } = await hub.person('two@example.com');
    await hub.admin.send('PATCH', `/api/users/${userId}`, { json: { role: 'user', disabled: false } });
    expect((await hub.admin.send('PATCH', `/api/users/${hub.admin.userId}`, { json: { role: 'user' } })).body.code).toBe('last_admin');
    expect((await entries(`subject_id=${userId}`)).map(({ action }) => action)).toEqual(['user.create']);
    expect(await entries(`subject_id=${hub.admin.userId}&action=user.change_role`)).toEqual([]);
  });
});

describe('agents', () => {
  test('approved, renamed, labelled, revoked', async () => {
    const agent = await new ScriptedAgent(hub, 'shop').join();
    await hub.admin.send('PATCH', `/api/agents/${agent.id}`, { json: { name: 'Shop', labels: ['shops'] } });
    await hub.admin.send('DELETE', `/api/agents/${agent.id}`);
    await hub.admin.send('DELETE', `/api/agents/${agent.id}`);
    const found = await entries(`subject_kind=agent&subject_id=${agent.id}`);
    expect(found.map(({ action }) => action).reverse()).toEqual(['agent.approve', 'agent.rename', 'agent.label', 'agent.revoke']);
    expect(found.find(({ action }) => action === 'agent.label')).toMatchObject({ before: { labels: [] }, after: { labels: ['shops'] } });
  });
});

describe('enrolment tokens', () => {
  test('are listed without the token, count down, and let nobody in once revoked', async () => {
    const { body: made } = await hub.admin.send('POST', '/api/agents/tokens', { json: { uses: 3, labels: ['north'], approved: true, expires_in_ms: 60_000 } });
    const listed = (await hub.admin.send('GET', '/api/agents/tokens')).body.tokens;
    expect(listed[0]).toEqual({
      id: made.id,
      uses: 3,
      uses_left: 3,
      expires_at: made.expires_at,
      labels: ['north'],
      approved: true,
      created_by: hub.admin.email,
      created_at: expect.any(String),
    });
    expect(JSON.stringify(listed)).not.toContain(made.token);
    const enrol = (name: string) => {
      const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
      return hub.send('POST', '/api/agent/enroll', {
        json: { public_key: key, name, version: '1', platform: 'test' },
        headers: { authorization: `Bearer ${made.token}` },
      });
    };
    expect((await enrol('a')).body.status).toBe('approved');
    expect((await hub.admin.send('GET', '/api/agents/tokens')).body.tokens[0].uses_left).toBe(2);
    expect((await hub.admin.send('DELETE', `/api/agents/tokens/${made.id}`)).status).toBe(204);
    expect((await enrol('b')).body.code).toBe('token_invalid');
    expect((await hub.admin.send('DELETE', `/api/agents/tokens/${made.id}`)).status).toBe(404);
    const found = await entries('subject_kind=enrolment_token');
    expect(found.map(({ action }) => action).reverse()).toEqual(['enrolment_token.create', 'enrolment_token.revoke']);
    expect(JSON.stringify(found)).not.toContain(made.token);
  });

  test('are for administrators only', async () => {
    const user = await hub.person('three@example.com');
    for (const [method, path] of [
      ['GET', '/api/agents/tokens'],
      ['DELETE', '/api/agents/tokens/x'],
    ] as const)
      expect((await user.send(method, path)).status).toBe(403);
  });
});

test('API keys made and deleted, without the key', async () => {
  const user = await hub.person('four@example.com');
  const { body } = await user.send('POST', '/api/api-keys', { json: { name: 'backup', scopes: ['read'] } });
  await user.send('DELETE', `/api/api-keys/${body.id}`);
  const found = await entries('subject_kind=api_key');
  expect(found.map(({ action, user_id }) => [action, user_id]).reverse()).toEqual([
    ['api_key.create', user.userId],
    ['api_key.delete', user.userId],
  ]);
  expect(found.at(-1)).toMatchObject({ subject_title: `backup (${body.start}…)`, after: { scopes: ['read'] } });
  expect(JSON.stringify(found)).not.toContain(body.key);
});

test('files deleted, by whoever did it', async () => {
  const user = await hub.person('five@example.com');
  const { body } = await user.send('POST', '/api/files?name=notes.txt', { body: 'text' });
  await hub.admin.send('DELETE', `/api/files/${body.id}`);
  expect(await newest()).toMatchObject({
    action: 'file.delete',
    user_id: hub.admin.userId,
    subject_title: 'notes.txt',
    before: { owner_id: user.userId, size: 4 },
  });
});

test('a file deleted on an agent, with the operation that does it', async () => {
  const agent = await new ScriptedAgent(hub, 'kiosk').join();
  const { body: file } = await hub.admin.send('POST', '/api/files?name=menu.txt', { body: 'soup' });
  await agent.report({ type: 'inventory', first: true, files: [{ name: 'menu.txt', size: 4, sha256: file.sha256, received_at: new Date().toISOString() }] });
  const { body } = await hub.admin.send('DELETE', `/api/agents/${agent.id}/files/menu.txt`);
  expect(await newest()).toMatchObject({ action: 'agent.delete_file', subject_id: agent.id, operation_id: body.operation_id, before: { name: 'menu.txt' } });
});

test('an account that takes no more sign-ins for a while, once', async () => {
  const { userId, email } = await hub.person('six@example.com');
  for (let attempt = 0; attempt < 5; attempt++) {
    await hub.send('POST', '/api/auth/sign-in/email', { json: { email, password: 'wrong password' }, headers: { origin: hub.url } });
    await hub.send('POST', '/api/auth/sign-in/email', { json: { email: 'nobody@example.com', password: 'wrong password' }, headers: { origin: hub.url } });
  }
  const found = await entries('action=sign_in.block');
  expect(found.map(({ subject_id, user_email, client_address }) => [subject_id, user_email, client_address])).toEqual([[String(userId), email, '127.0.0.1']]);
});

test('one’s own password changed', async () => {
  const user = await hub.person('seven@example.com');
  await user.send('POST', '/api/auth/change-password', { json: { currentPassword: 'correct horse battery', newPassword: 'staple battery horse' } });
  expect(await newest()).toMatchObject({ action: 'user.change_password', user_id: user.userId, subject_id: String(user.userId), before: null, after: null });
});
