// What a running hub says of itself, held against what its clients counted.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { grown, scrape } from './scrape.fixture.ts';

const token = 'the token of the metrics';
let hub: TestHub;
let ana: Person;
const look = () => scrape(hub, token);

beforeAll(async () => {
  hub = await startTestHub({ METRICS_TOKEN: token, TICK_INTERVAL_MS: '1' });
  ana = await hub.person('ana@example.com');
});
afterAll(() => hub.stop());

/** Reads an event stream until it ends; says how many events there were so far. */
async function stream(person: Person, id: string): Promise<{ events(): number; close(): void }> {
  const aborter = new AbortController();
  const response = await fetch(`${hub.url}/api/operations/${id}/events`, { headers: { cookie: person.cookie }, signal: aborter.signal });
  let text = '';
  const read = async () => {
    for await (const bytes of response.body ?? []) text += new TextDecoder().decode(bytes);
  };
  void read().catch(() => {});
  return { events: () => text.split('\ndata: ').length - 1, close: () => aborter.abort() };
}

describe('/metrics', () => {
  test('is for administrators and the holder of its token', async () => {
    const rows: [Record<string, string>, number][] = [
      [{}, 401],
      [{ authorization: 'Bearer wrong' }, 401],
      [{ authorization: `Bearer ${token}x` }, 401],
      [{ cookie: ana.cookie }, 403],
      [{ cookie: hub.admin.cookie }, 200],
      [{ authorization: `Bearer ${token}` }, 200],
    ];
    for (const [headers, status] of rows) expect([headers, (await hub.send('GET', '/metrics', { headers })).status]).toEqual([headers, status]);
  });

  test('tells the open connections of each kind, and the operations that have not ended', async () => {
    const gauges = async () => {
      const found = await look();
      const open = (kind: string) => found.get(`relevo_connections{kind="${kind}"}`);
      return { progress: open('progress'), agent: open('agent'), events: open('events'), operations: found.get('relevo_operations_active') };
    };
    const none = { progress: 0, agent: 0, events: 0, operations: 0 };
    expect(await gauges()).toEqual(none);
    const agent = await new ScriptedAgent(hub, 'counted').join();
    await ana.begin('gauged', 'a');
    await ana.begin('gauged-too', 'a');
    const sockets = await Promise.all([ana.watch(), ana.watch(), hub.admin.watch()]);
    const events = await stream(ana, 'gauged');
    expect(await gauges()).toEqual({ progress: 3, agent: 1, events: 1, operations: 2 });
    expect((await ana.send('GET', '/api/metrics')).body).toMatchObject({ active_connections: 5, active_operations: 2 });

    for (const socket of sockets) socket.close();
    events.close();
    agent.socket?.close();
    for (const id of ['gauged', 'gauged-too']) await ana.report(id, 'a', 'completed');
    await eventually(async () => Bun.deepEquals(await gauges(), none));
    expect((await ana.send('GET', '/api/metrics')).body).toMatchObject({ active_connections: 0, active_operations: 0 });
  });

  test('counts every message that its clients sent and received, and the time from a report to its event', async () => {
    const steps = 5;
    const ticks = 40;
    const before = await look();
    const [one, two, all] = [await ana.watch(), await ana.watch(), await ana.watch()];
    await ana.begin('counted', ...Array.from({ length: steps }, (_, index) => `s${index}`));
    all.send({ type: 'watch', scope: 'user' });
    for (const socket of [one, two]) socket.send({ type: 'start_operation', operation_id: 'counted' });
    for (const socket of [one, two, all]) await socket.next(({ step }) => step === `s${steps - 1}`);
    const events = await stream(ana, 'counted');
    one.send('nonsense');
    await one.next(({ type }) => type === 'error');
    for (let step = 0; step < steps; step += 1) {
      for (let tick = 1; tick <= ticks; tick += 1) await ana.report('counted', `s${step}`, 'in_progress', { progress: tick });
      await ana.report('counted', `s${step}`, 'completed');
    }
    for (const socket of [one, two, all]) await socket.next(({ state }) => state === 'completed');
    const { seq } = (await ana.send('GET', '/api/operations/counted')).body;
    await eventually(() => events.events() === seq);

    const received = one.messages.length + two.messages.length + all.messages.length + events.events();
    expect(received).toBe(4 * seq + 1);
    const after = await look();
    expect(grown(before, after, 'relevo_messages_total{direction="out"}')).toBe(received);
    expect(grown(before, after, 'relevo_messages_total{direction="in"}')).toBe(4);
    expect(grown(before, after, 'relevo_event_latency_seconds_count')).toBe(seq);
    expect(grown(before, after, 'relevo_event_latency_seconds_bucket{le="2.5"}')).toBe(seq);
    expect(after.get('relevo_event_latency_seconds_sum')).toBeGreaterThan(0);
    const reports = 'method="PATCH",route="/api/operations/{id}/steps/{step}",status="200"';
    expect(grown(before, after, `relevo_request_duration_seconds_count{${reports}}`)).toBe(steps * (ticks + 1));
    for (const socket of [one, two, all]) socket.close();
  });

  test('counts what crosses the sockets of agents', async () => {
    const before = await look();
    const agent = await new ScriptedAgent(hub, 'talking').join();
    const sent = 3;
    for (let count = 0; count < sent; count += 1) agent.socket?.send({ type: 'heartbeat' });
    const after = await eventually(async () => {
      const found = await look();
      return grown(before, found, 'relevo_messages_total{direction="in"}') === sent + 1 && found;
    });
    expect(grown(before, after, 'relevo_messages_total{direction="out"}')).toBe(agent.socket?.messages.length ?? Number.NaN);
    agent.socket?.close();
  });

  test('counts refusals by their code, whatever refused: a request, an upgrade, a socket', async () => {
    const before = await look();
    for (let count = 0; count < 3; count += 1) await ana.send('GET', '/api/operations/none');
    await hub.send('GET', '/api/me');
    await ana.watchStatus('?userId=x');
    const socket = await ana.watch();
    for (let count = 0; count < 4; count += 1) socket.send({ type: 'stop_operation', operation_id: 'none' });
    await eventually(() => socket.messages.length === 4);
    socket.close();
    const after = await look();
    const errors = (code: string) => grown(before, after, `relevo_errors_total{code="${code}"}`);
    expect({ not_found: errors('not_found'), unauthenticated: errors('unauthenticated'), invalid_request: errors('invalid_request') }).toEqual({
      not_found: 7,
      unauthenticated: 1,
      invalid_request: 1,
    });
  });

  test('counts the bytes of files that come and go', async () => {
    const before = await look();
    const { body: file } = await ana.send('POST', '/api/files?name=counted.bin', { body: new Uint8Array(100_000) });
    await ana.send('GET', `/api/files/${file.id}/content`);
    await ana.send('GET', `/api/files/${file.id}/content`, { headers: { range: 'bytes=0-999' } });
    const after = await look();
    expect(grown(before, after, 'relevo_transfer_bytes_total{direction="in"}')).toBe(100_000);
    expect(grown(before, after, 'relevo_transfer_bytes_total{direction="out"}')).toBe(101_000);
  });
});

test('/api/metrics tells the messages of the last ten seconds and the errors of the last minute', async () => {
  const own = await startTestHub();
  const figures = async () => (await own.admin.send('GET', '/api/metrics')).body;
  expect(await figures()).toEqual({ active_connections: 0, active_operations: 0, messages_per_second: 0, errors_per_minute: 0 });
  const sockets = await Promise.all([own.admin.watch(), own.admin.watch()]);
  for (const socket of sockets) socket.send({ type: 'start_operation', operation_id: 'figures' });
  for (const socket of sockets) await socket.next(({ seq }) => seq === 1);
  for (let progress = 0; progress < 20; progress += 1) await own.admin.report('figures', `s${progress}`, 'in_progress', { progress });
  for (const socket of sockets) await socket.next(({ step }) => step === 's19');
  for (let count = 0; count < 5; count += 1) await own.admin.send('GET', '/api/files/none');
  const messages = sockets.reduce((sum, socket) => sum + socket.messages.length + 1, 0);
  expect(await figures()).toEqual({ active_connections: 2, active_operations: 1, messages_per_second: messages / 10, errors_per_minute: 5 });
  for (const socket of sockets) socket.close();
  await own.stop();
});
