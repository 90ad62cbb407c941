// Two users and one operation id: by every road there is, nobody sees, takes, changes or stops what is the other's.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
let id: string;

beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());

const secret = "Ana's own words";
const start = (after?: number) => ({ type: 'start_operation', operation_id: id, after });
const ofAna = async () => (await ana.send('GET', `/api/operations/${id}`)).body;

beforeEach(async () => {
  id = `op-${crypto.randomUUID()}`;
});

describe("while Ana's work runs", () => {
  beforeEach(async () => {
    await ana.begin(id, 'a', 'b');
    await ana.report(id, 'a', 'in_progress', { progress: 10, message: secret });
  });

  test('Ben, who watches its id and everything, is shown none of it', async () => {
    const [byId, all] = [await ben.watch(), await ben.watch()];
    byId.send(start(0));
    all.send({ type: 'watch', scope: 'user' });
    await byId.next(({ seq }) => seq === 1);
    await ana.report(id, 'a', 'completed', { message: secret });
    // Whatever of Ana's were on its way to Ben would have come before his own.
    await ben.begin(`${id}-own`, 'own');
    await all.next(({ operation_id }) => operation_id === `${id}-own`);
    byId.send({ type: 'start_operation', operation_id: `${id}-own` });
    await byId.next(({ step }) => step === 'own');
    for (const socket of [byId, all]) {
      expect(JSON.stringify(socket.messages)).not.toContain(secret);
      expect(socket.messages.filter(({ operation_id, step }) => operation_id === id && step !== undefined)).toEqual([]);
      socket.close();
    }
  });

  test("Ben cannot open Ana's socket, nor name her in a request", async () => {
    expect(await ben.watchStatus(`?userId=${ana.userId}`)).toBe(403);
    const requests: [string, string, unknown][] = [
      ['GET', '', undefined],
      ['GET', '/events', undefined],
      ['POST', '/stop', undefined],
      ['PATCH', '', { state: 'error', message: 'mine now' }],
      ['PATCH', '/steps/a', { status: 'completed', message: 'mine now' }],
    ];
    const before = await ofAna();
    for (const [method, path, json] of requests) {
      for (const query of ['', `?user_id=${ana.userId}`]) {
        const answer = await ben.send(method, `/api/operations/${id}${path}${query}`, json === undefined ? {} : { json });
        expect([method, path, query, answer.status, answer.body.code]).toEqual([method, path, query, 404, 'not_found']);
      }
    }
    const began = await ben.send('POST', '/api/operations', { json: { id, user_id: ana.userId, kind: 'test', steps: ['a'] } });
    expect(began).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await ofAna()).toEqual(before);
  });

  test("Ben's stop over the socket ends nothing but what he registered himself", async () => {
    const socket = await ben.watch();
    socket.send({ type: 'stop_operation', operation_id: id });
    expect(await socket.next(({ type }) => type === 'error')).toMatchObject({ code: 'not_found', operation_id: id });
    socket.send(start());
    await socket.next(({ seq }) => seq === 1);
    socket.send({ type: 'stop_operation', operation_id: id });
    expect(await socket.next(({ state }) => state === 'stopped')).toMatchObject({ operation_id: id, kind: '' });
    expect(await ofAna()).toMatchObject({ state: 'in_progress', user_id: ana.userId });
    socket.close();
  });

  test('Ben may begin work of his own under the id, and each sees the own one end', async () => {
    const [anas, bens] = [await ana.watch(), await ben.watch()];
    for (const socket of [anas, bens]) socket.send(start());
    await ben.begin(id, 'other');
    await ben.report(id, 'other', 'error', { message: "Ben's own words" });
    expect(await bens.next(({ state }) => state === 'error')).toMatchObject({ operation_id: id });
    for (const step of ['a', 'b']) await ana.report(id, step, 'completed', { message: secret });
    await anas.next(({ state }) => state === 'completed');
    expect(JSON.stringify(bens.messages)).not.toContain(secret);
    expect(JSON.stringify(anas.messages)).not.toContain('Ben');
    expect((await ben.send('GET', `/api/operations/${id}`)).body).toMatchObject({ state: 'error', user_id: ben.userId });
    for (const socket of [anas, bens]) socket.close();
  });

  test("Ben's lists and streams know nothing of it", async () => {
    const { body } = await ben.send('GET', '/api/operations?limit=100');
    expect(
      body.operations.filter(({ operation_id, user_id }: { operation_id: string; user_id: number }) => operation_id === id || user_id !== ben.userId),
    ).toEqual([]);
    for (const headers of [{}, { 'last-event-id': '1' }] as Record<string, string>[]) {
      expect((await ben.send('GET', `/api/operations/${id}/events`, { headers })).status).toBe(404);
    }
  });
});

describe('an id that Ben was the first to take', () => {
  test('is free for Ana: watching it beforehand squats nothing', async () => {
    const bens = await ben.watch();
    bens.send(start());
    await bens.next(({ seq }) => seq === 1);
    await ben.begin(id, 'squat');
    const anas = await ana.watch();
    anas.send(start());
    await ana.begin(id, 'a');
    await ana.report(id, 'a', 'completed', { message: secret });
    await anas.next(({ state }) => state === 'completed');
    expect(anas.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: anas.messages.length }, (_, index) => index + 1));
    expect(anas.messages.some(({ step }) => step === 'squat')).toBe(false);
    expect(await ofAna()).toMatchObject({ state: 'completed', user_id: ana.userId });
    expect((await ben.send('GET', `/api/operations/${id}`)).body).toMatchObject({ state: 'pending', user_id: ben.userId });
    for (const socket of [anas, bens]) socket.close();
  });
});

test("after its end Ana's operation is still hers alone", async () => {
  await ana.begin(id, 'a');
  await ana.report(id, 'a', 'completed', { message: secret });
  const socket = await ben.watch();
  socket.send(start(0));
  expect(await socket.next(({ operation_id }) => operation_id === id)).toMatchObject({ state: 'pending', kind: '', seq: 1 });
  expect(JSON.stringify(socket.messages)).not.toContain(secret);
  expect((await ben.send('GET', `/api/operations/${id}/events?user_id=${ana.userId}`)).status).toBe(404);
  socket.close();
});
