// Where one is signed in, and signing out of there; and one's own name.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type AuthHub, admin, startAuthHub, type Visitor } from './auth.fixture.ts';
import type { SessionEnd } from './session-ends.ts';

// Hashing passwords: slow where the machine is busy.
setDefaultTimeout(60_000);

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';
let hub: AuthHub;
beforeAll(async () => {
  hub = await startAuthHub();
});
afterAll(() => hub.stop());

async function signedIn(userAgent = firefox): Promise<Visitor> {
  const visitor = hub.visitor();
  await visitor.send('POST', '/api/auth/sign-in/email', admin, { 'user-agent': userAgent });
  return visitor;
}
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
const listOf = async (visitor: Visitor): Promise<any[]> => (await visitor.send('GET', '/api/me/sessions')).body.sessions;

test('lists browser, system, address and times, marks the one that asks, and gives no token away', async () => {
  const [one, two] = [await signedIn(), await signedIn('curl/8.14.1')];
  const sessions = await listOf(one);
  expect(sessions).toHaveLength(2);
  expect(sessions.find(({ current }) => current)).toEqual({
    id: expect.stringMatching(/^\d+$/),
    current: true,
    browser: 'Firefox',
    system: 'Linux',
    address: '127.0.0.1',
    created_at: expect.stringMatching(/Z$/),
    last_seen_at: expect.stringMatching(/Z$/),
    expires_at: expect.stringMatching(/Z$/),
  });
  expect(sessions.find(({ current }) => !current)).toMatchObject({ browser: 'curl', system: '' });
  for (const { token } of hub.connection.query('SELECT token FROM session').all() as { token: string }[]) expect(JSON.stringify(sessions)).not.toContain(token);
  await one.send('DELETE', '/api/me/sessions');
  expect((await two.send('GET', '/api/me')).status).toBe(401);
});

test('tells when a session was last used, to the minute', async () => {
  const visitor = await signedIn();
  const old = new Date(Date.now() - 3_600_000).toISOString();
  hub.connection.run('UPDATE session SET lastSeenAt = ?', [old]);
  await visitor.send('GET', '/api/me');
  const [session] = await listOf(visitor);
  expect(Date.parse(session.last_seen_at)).toBeGreaterThan(Date.now() - 60_000);
});

test('signing out of one ends it at once, says so, and leaves the others', async () => {
  const [one, two, three] = [await signedIn(), await signedIn(), await signedIn()];
  const ends: SessionEnd[] = [];
  const unsubscribe = hub.auth.onSessionEnded((end) => ends.push(end));
  const current = (await listOf(two)).find((session) => session.current);
  expect((await one.send('DELETE', `/api/me/sessions/${current.id}`)).status).toBe(204);
  unsubscribe();
  expect(ends).toEqual([{ userId: 1, credential: expect.stringMatching(/^session:/), reason: 'signed_out' }]);
  expect([(await two.send('GET', '/api/me')).status, (await three.send('GET', '/api/me')).status]).toEqual([401, 200]);
  expect((await one.send('DELETE', `/api/me/sessions/${current.id}`)).status).toBe(404);
});

test('signing out of all others leaves the one that asks', async () => {
  const [one, two] = [await signedIn(), await signedIn()];
  expect((await one.send('DELETE', '/api/me/sessions')).status).toBe(204);
  expect([(await one.send('GET', '/api/me')).status, (await two.send('GET', '/api/me')).status]).toEqual([200, 401]);
  expect(await listOf(one)).toHaveLength(1);
});

test("another user's session is not there", async () => {
  const boss = await signedIn();
  await boss.send('POST', '/api/users', { email: 's@example.com', name: 'S', password: 'long enough' });
  const other = hub.visitor();
  await other.signIn('s@example.com', 'long enough');
  const [mine] = await listOf(boss);
  expect((await other.send('DELETE', `/api/me/sessions/${mine.id}`)).status).toBe(404);
  expect(await listOf(other)).toHaveLength(1);
  expect((await boss.send('GET', '/api/me')).status).toBe(200);
});

test.each(['zero', '0', '-1', '1.5', '99999999999999999999'])('%p is no id of a session', async (id) => {
  expect((await (await signedIn()).send('DELETE', `/api/me/sessions/${id}`)).body.code).toBe('invalid_request');
});

test('one may change one’s own name, and nothing else', async () => {
  const visitor = await signedIn();
  expect((await visitor.send('PATCH', '/api/me', { name: ' Ana ' })).body).toMatchObject({ id: 1, name: 'Ana', role: 'admin' });
  expect((await visitor.send('GET', '/api/me')).body.name).toBe('Ana');
  for (const body of [{}, { name: '' }, { name: 'x'.repeat(129) }, { name: 'x', role: 'admin' }, { email: 'x@example.com' }]) {
    expect((await visitor.send('PATCH', '/api/me', body)).status).toBe(400);
  }
});
