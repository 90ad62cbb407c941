import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type AuthHub, startAuthHub, type Visitor } from './auth.fixture.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

let hub: AuthHub;
let boss: Visitor;
beforeAll(async () => {
  hub = await startAuthHub({ API_KEYS_PER_USER_MAX: '20' });
  boss = await hub.asAdmin();
});
afterAll(() => hub.stop());

/** A program: no cookies, no origin. */
function program(key: string, headers: Record<string, string> = {}) {
  return fetch(`${hub.origin}/api/me`, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

async function makeKey(input: object = { name: 'backup' }) {
  return (await boss.send('POST', '/api/api-keys', input)).body as { id: string; key: string; start: string };
}

describe('an API key', () => {
  test('is shown once, kept as its digest, and acts as its user', async () => {
    const answer = await boss.send('POST', '/api/api-keys', { name: ' backup ' });
    expect(answer.status).toBe(201);
    const { key, id } = answer.body;
    expect(key).toMatch(/^relevo_[\w-]{43}$/);
    expect(answer.body).toMatchObject({ name: 'backup', expires_at: null, last_used_at: null });
    expect((await (await program(key)).json()) as object).toMatchObject({ id: 1, role: 'admin' });
    const listed = (await boss.send('GET', '/api/api-keys')).body.api_keys.find((each: { id: string }) => each.id === id);
    expect(listed).toEqual({
      id,
      name: 'backup',
      start: key.slice(0, 11),
      created_at: answer.body.created_at,
      expires_at: null,
      last_used_at: expect.any(String),
      scopes: null,
    });
    expect(JSON.stringify(hub.connection.query('SELECT * FROM api_key').all())).not.toContain(key);
  });

  test('changes things without an origin', async () => {
    const { key } = await makeKey();
    const answer = await fetch(`${hub.origin}/api/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'made by a program' }),
    });
    expect(answer.status).toBe(201);
  });

  test('dies at once when deleted, and says so', async () => {
    const { id, key } = await makeKey();
    const credential = (await hub.auth.identify(new Request(hub.origin, { headers: { authorization: `Bearer ${key}` } })))?.credential;
    const ends: unknown[] = [];
    const unsubscribe = hub.auth.onSessionEnded((end) => ends.push(end));
    expect((await boss.send('DELETE', `/api/api-keys/${id}`)).status).toBe(204);
    unsubscribe();
    expect(ends).toEqual([{ userId: 1, credential, reason: 'key_deleted' }]);
    expect((await program(key)).status).toBe(401);
    expect((await boss.send('DELETE', `/api/api-keys/${id}`)).status).toBe(404);
  });

  test('expires', async () => {
    const { id, key } = await makeKey({ name: 'short', expires_in_ms: 60_000 });
    expect((await program(key)).status).toBe(200);
    hub.connection.run(`UPDATE api_key SET expires_at = '2020-01-01T00:00:00.000Z' WHERE id = ?`, [id]);
    expect((await program(key)).status).toBe(401);
  });

  test('is refused while its user is disabled', async () => {
    const { body: user } = await boss.send('POST', '/api/users', { email: 'k@example.com', name: 'K', password: 'long enough' });
    const { key } = await hub.auth.apiKeys.create({ userId: user.id, email: user.email }, { name: 'k' });
    expect((await program(key)).status).toBe(200);
    await boss.send('PATCH', `/api/users/${user.id}`, { disabled: true });
    expect((await program(key)).status).toBe(401);
  });

  test("is another user's own affair", async () => {
    const { id, key } = await makeKey();
    await boss.send('POST', '/api/users', { email: 'other@example.com', name: 'O', password: 'long enough' });
    const other = hub.visitor();
    await other.signIn('other@example.com', 'long enough');
    expect((await other.send('GET', '/api/api-keys')).body).toEqual({ api_keys: [] });
    expect((await other.send('DELETE', `/api/api-keys/${id}`)).status).toBe(404);
    expect((await program(key)).status).toBe(200);
  });

  test.each([
    ['nothing', ''],
    ['another key', `relevo_${'A'.repeat(43)}`],
    ['a key without its prefix', 'A'.repeat(43)],
    ['a wildcard', 'relevo_%'],
    ['an injection', "relevo_' OR '1'='1"],
  ])('is not %s, even beside a good cookie', async (_, key) => {
    const answer = await program(key, { cookie: boss.cookie() });
    expect(answer.status).toBe(401);
  });

  test.each([
    ['no name', {}],
    ['a blank name', { name: ' ' }],
    ['a name of 129 characters', { name: 'x'.repeat(129) }],
    ['a life of no time', { name: 'x', expires_in_ms: 0 }],
    ['a life of half a millisecond', { name: 'x', expires_in_ms: 1500.5 }],
    ['an endless life', { name: 'x', expires_in_ms: 1e18 }],
  ])('is not made with %s', async (_, input) => {
    expect((await boss.send('POST', '/api/api-keys', input)).body.code).toBe('invalid_request');
  });

  test('is refused beyond the number a user may have', async () => {
    const statuses = await Promise.all(Array.from({ length: 25 }, () => boss.send('POST', '/api/api-keys', { name: 'many' }).then(({ status }) => status)));
    expect(statuses).toContain(429);
    expect(await hub.auth.apiKeys.list(1)).toHaveLength(20);
  });
});
