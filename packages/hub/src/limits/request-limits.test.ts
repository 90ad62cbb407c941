// Over a running hub: who sends too much is told so and when to come back, and nobody else is held up by it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { apiKey, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

/** Sends the same request at once so many times, and counts the answers by status. */
async function statuses(count: number, send: () => Promise<{ status: number }>): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(Array.from({ length: count }, send))) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** From another client, as a proxy of this machine tells it. */
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

describe('a user', () => {
  let hub: TestHub;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    // Whoever used it up has none again for a second, however slowly the machine asks.
    hub = await startTestHub({ USER_REQUESTS_PER_SECOND_MAX: '1' });
    ana = await hub.person('ana@example.com');
    ben = await hub.person('ben@example.com');
  });
  afterAll(() => hub.stop());

  test('over the limit is refused with 429, a code and when to come back; another is not', async () => {
    const counts = await statuses(60, () => ana.send('GET', '/api/me'));
    expect(counts[200]).toBeGreaterThanOrEqual(9);
    expect(counts[200]).toBeLessThan(20);
    const refused = await ana.send('GET', '/api/me');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests', status: 429 } });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ben.send('GET', '/api/me')).status).toBe(200);
  });

  test('over the limit still gets bytes of files, and the health of the hub', async () => {
    expect(await statuses(60, () => ben.send('GET', '/api/me'))).toHaveProperty('429');
    expect((await ben.send('GET', '/api/files/none/content')).status).toBe(404);
    expect((await ben.send('GET', '/readyz')).status).toBe(200);
  });

  test('who waits as long as told is served again', async () => {
    await statuses(60, () => hub.admin.send('GET', '/api/me'));
    const refused = await hub.admin.send('GET', '/api/me');
    expect(refused.status).toBe(429);
    await new Promise((resolve) => setTimeout(resolve, Number(refused.headers.get('retry-after')) * 1000));
    expect((await hub.admin.send('GET', '/api/me')).status).toBe(200);
  });
});

describe('an address', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({ ADDRESS_REQUESTS_PER_SECOND_MAX: '1', TRUSTED_PROXIES: '127.0.0.1,::1', PROGRESS_MESSAGES_PER_SECOND_MAX: '1000' });
  });
  afterAll(() => hub.stop());

  test('over the limit is refused with 429, whatever it asks; another is not', async () => {
    const noisy = from('203.0.113.7');
    expect(await statuses(100, () => hub.send('GET', '/api/me', noisy))).toHaveProperty('429');
    for (const [method, path] of [
      ['GET', '/api/openapi.json'],
      ['POST', '/api/auth/sign-in/email'],
      ['POST', '/api/agent/challenge'],
      ['GET', '/metrics'],
    ] as const) {
      expect([path, (await hub.send(method, path, { ...noisy, json: method === 'POST' ? {} : undefined })).status]).toEqual([path, 429]);
    }
    expect((await hub.send('GET', '/healthz', noisy)).status).toBe(200);
    expect((await hub.send('GET', '/api/me', from('203.0.113.8'))).status).toBe(401);
  });

  test('addresses of one IPv6 site count as one', async () => {
    await statuses(100, () => hub.send('GET', '/api/me', from('2001:db8:1:2::1')));
    expect((await hub.send('GET', '/api/me', from('2001:db8:1:2:ffff::9'))).status).toBe(429);
    expect((await hub.send('GET', '/api/me', from('2001:db8:1:3::1'))).status).toBe(401);
  });

  test('sockets that are refused count, sockets that are opened do not', async () => {
    const guest = from('203.0.113.9').headers;
    const refused = await statuses(100, async () => ({ status: await hub.admin.watchStatus(undefined, { ...guest, cookie: '' }) }));
    expect(Object.keys(refused).sort()).toEqual(['401', '429']);
    const reader = from('203.0.113.10').headers;
    for (let count = 0; count < 60; count += 1) expect(await hub.admin.watchStatus(undefined, reader)).toBe(101);
  });
});

describe('enrolment with a wrong key', () => {
  const body = () => ({
    public_key: String(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x),
    name: 'shop',
    version: '1',
    platform: 'test',
  });
  const enrol = (hub: TestHub, secret: string, address: string) =>
    hub.send('POST', '/api/agent/enroll', { json: body(), headers: { authorization: `Bearer ${secret}`, 'x-forwarded-for': address } });

  test('is refused after a few, though many come at once; the right key from elsewhere is taken', async () => {
    const hub = await startTestHub({ ENROLMENT_FAILURES_MAX: '5', TRUSTED_PROXIES: '127.0.0.1,::1' });
    const counts = await statuses(100, () => enrol(hub, 'a guess', '203.0.113.7'));
    expect(counts[401]).toBeGreaterThanOrEqual(5);
    expect(counts[429]).toBeGreaterThan(50);
    const refused = await enrol(hub, apiKey, '203.0.113.7');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await enrol(hub, apiKey, '203.0.113.8')).status).toBe(200);
    await hub.stop();
  });

  test('is all that counts: with the right key any number of agents may come at once', async () => {
    const hub = await startTestHub({ ENROLMENT_FAILURES_MAX: '2' });
    expect(await statuses(50, () => enrol(hub, apiKey, ''))).toEqual({ 200: 50 });
    await hub.stop();
  });
});

test('X-Forwarded-For of a peer that is no trusted proxy is no way around', async () => {
  const hub = await startTestHub({ ADDRESS_REQUESTS_PER_SECOND_MAX: '3' });
  let next = 0;
  expect(await statuses(120, () => hub.send('GET', '/api/me', from(`203.0.113.${next++ % 250}`)))).toHaveProperty('429');
  await hub.stop();
});
