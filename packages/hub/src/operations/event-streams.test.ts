// Event streams end with what opened them: a session that is signed out, a key that is deleted, an account that is disabled, a hub that goes.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

// Each hub hashes passwords as slowly as it should.
setDefaultTimeout(30_000);

let hub: TestHub;
let ana: Person;

beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  await ana.begin('long', 'a');
});
afterAll(() => hub.stop());

/** Opens the stream; `next` resolves to the text that comes next, or to `over`. */
async function open(headers: Record<string, string>) {
  const response = await fetch(`${hub.url}/api/operations/long/events`, { headers });
  expect(response.status).toBe(200);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return async () => {
    const { done, value } = await reader.read();
    return done ? 'over' : new TextDecoder().decode(value);
  };
}

test('a sign-out ends the streams of that session, and no others', async () => {
  const again = await hub.signIn(ana.email);
  const [ending, kept] = [await open({ cookie: again.cookie }), await open({ cookie: ana.cookie })];
  for (const next of [ending, kept]) expect(await next()).toContain('"seq":1');
  await again.send('POST', '/api/auth/sign-out');
  while ((await ending()) !== 'over');
  await ana.report('long', 'a', 'in_progress');
  let text = '';
  while (!text.includes('in_progress')) text += await kept();
  expect(text).not.toContain('over');
});

test('a key that is deleted ends its streams', async () => {
  const { body: key } = await ana.send('POST', '/api/api-keys', { json: { name: 'program' } });
  const next = await open({ authorization: `Bearer ${key.key}` });
  expect(await next()).toContain('"seq":1');
  await ana.send('DELETE', `/api/api-keys/${key.id}`);
  while ((await next()) !== 'over');
});

test('a hub that goes away ends its streams at once, so that nobody waits for them', async () => {
  const next = await open({ cookie: ana.cookie });
  expect(await next()).toContain('"seq":1');
  const began = Date.now();
  const going = hub.restart();
  while ((await next()) !== 'over');
  // Requests that do not end are waited for, five seconds long.
  expect(Date.now() - began).toBeLessThan(4_000);
  await going;
});

test('an account that is disabled has no stream any more', async () => {
  const next = await open({ cookie: ana.cookie });
  expect(await next()).toContain('"operation_id":"long"');
  await hub.admin.send('PATCH', `/api/users/${ana.userId}`, { json: { disabled: true } });
  while ((await next()) !== 'over');
});
