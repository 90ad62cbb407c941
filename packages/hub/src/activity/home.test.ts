// What the home page and the page of an operation are told: by whom it may be seen, and that it is so.
import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;

beforeAll(async () => {
  hub = await startTestHub({ TICK_INTERVAL_MS: '1', DISK_FREE_MIN_PERCENT: '100' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());

const activityOf = async (person: Person) => (await person.send('GET', '/api/activity?period=hour')).body.buckets.at(-1);

describe('/api/activity', () => {
  test('tells a user of their own operations, and an administrator of the hub', async () => {
    const before = { ana: await activityOf(ana), ben: await activityOf(ben), admin: await activityOf(hub.admin) };
    await ana.begin('counted', 'one');
    await ana.report('counted', 'one', 'completed');
    await ben.begin('failed', 'one');
    await ben.report('failed', 'one', 'error');
    await ana.send('POST', '/api/files?name=a.txt', { body: 'twelve bytes' });
    const after = { ana: await activityOf(ana), ben: await activityOf(ben), admin: await activityOf(hub.admin) };
    // The minute may have gone over meanwhile: nothing is asserted of one that has not begun with us.
    if (before.admin.at !== after.admin.at) return expect(after.admin.at > before.admin.at).toBe(true);
    expect([after.ana.completed - before.ana.completed, after.ana.failed - before.ana.failed]).toEqual([1, 0]);
    expect([after.ben.completed - before.ben.completed, after.ben.failed - before.ben.failed]).toEqual([0, 1]);
    expect([after.admin.completed - before.admin.completed, after.admin.failed - before.admin.failed]).toEqual([1, 1]);
    expect(after.admin.bytes_in - before.admin.bytes_in).toBe(12);
    expect(Object.keys(after.ana).sort()).toEqual(['at', 'completed', 'failed', 'stopped']);
  });

  test.each(['', '?period=hour', '?period=day', '?period=week', '?period=month'])('answers %p', async (query) => {
    expect((await ana.send('GET', `/api/activity${query}`)).status).toBe(200);
  });

  test.each(['?period=year', '?period='])('refuses %p', async (query) => {
    expect((await ana.send('GET', `/api/activity${query}`)).status).toBe(400);
  });

  test('is for those who are signed in', async () => {
    for (const path of ['/api/activity', '/api/attention', '/api/operations/x/history']) expect((await hub.send('GET', path)).status).toBe(401);
  });
});

describe('/api/attention', () => {
  test('names operations that failed, with why, to their owner and to administrators', async () => {
    await ana.begin('broken', 'one', 'two');
    await ana.report('broken', 'one', 'completed');
    await ana.report('broken', 'two', 'error', { message: 'the tape ran out' });
    const failed = async (person: Person) => (await person.send('GET', '/api/attention')).body.failed_operations;
    expect((await failed(ana)).operations[0]).toMatchObject({ operation_id: 'broken', user_id: ana.userId, message: 'the tape ran out', state: 'error' });
    expect((await failed(hub.admin)).operations[0]).toMatchObject({ operation_id: 'broken' });
    expect((await failed(ben)).operations.some(({ operation_id }: { operation_id: string }) => operation_id === 'broken')).toBe(false);
  });

  test('counts more than it names', async () => {
    const before = (await ben.send('GET', '/api/attention')).body.failed_operations.count;
    for (let made = 0; made < 12; made += 1) {
      await ben.begin(`many-${made}`, 'one');
      await ben.report(`many-${made}`, 'one', 'error');
    }
    const { count, operations } = (await ben.send('GET', '/api/attention')).body.failed_operations;
    expect([count - before, operations.length]).toEqual([12, 10]);
    expect(operations[0].operation_id).toBe('many-11');
  });

  test('tells of agents that are away, and, to administrators, of those that wait and of the disk', async () => {
    const agent = await new ScriptedAgent(hub, 'gone').join();
    const waiting = new ScriptedAgent(hub, 'waiting');
    await waiting.enrol();
    const look = async (person: Person) => (await person.send('GET', '/api/attention')).body;
    expect((await look(ana)).agents_away.count).toBe(0);
    agent.socket?.close();
    const { agents_away } = await eventually(async () => {
      const found = await look(ana);
      return found.agents_away.count === 1 && found;
    });
    expect(agents_away.agents[0]).toMatchObject({ id: agent.id, name: 'gone', tasks_waiting: 0 });
    expect(agents_away.agents[0].last_seen_at).toMatch(/Z$/);
    expect((await look(ana)).agents_pending.count).toBe(0);
    expect((await look(ana)).disk).toBeNull();
    const admins = await look(hub.admin);
    expect(admins.agents_pending.agents.map(({ id }: { id: string }) => id)).toEqual([waiting.id]);
    expect(admins.disk).toMatchObject({ is_low: true });
    expect(admins.disk.free_bytes).toBeLessThanOrEqual(admins.disk.total_bytes);
  });
});

describe('operations that failed', () => {
  test('are not those that only looked: whoever asked was answered', async () => {
    const look = async () => (await hub.admin.send('GET', '/api/attention')).body.failed_operations.count;
    const before = await look();
    const router = await hub.admin.send('POST', '/api/routers', { json: { nombre: 'Sin agente', tipo: 'routeros', host: '10.0.0.9' } });
    expect((await hub.admin.send('POST', `/api/routers/${router.body.id_router}/probar`, { json: {} })).status).toBe(409);
    expect(await look()).toBe(before);
    await hub.admin.send('DELETE', `/api/routers/${router.body.id_router}`);
  });
});

describe('routers that do not answer', () => {
  test('are named to those who may read the records of the ISP', async () => {
    const made = await hub.admin.send('POST', '/api/routers', { json: { nombre: 'Torre Norte', tipo: 'routeros', host: '10.0.0.1' } });
    expect(made.status).toBe(201);
    const look = async (person: Person) => (await person.send('GET', '/api/attention')).body.routers_unreachable;
    expect(await look(hub.admin)).toEqual({ count: 0, routers: [] });
    const file = new Database(join(hub.dataDir, 'hub.db'));
    const error = JSON.stringify({ code: 'router.unreachable', values: { reason: 'no route' } });
    file.run("UPDATE router SET estado = 'inalcanzable', error = ?, comprobado_at = '2026-01-01T00:00:00.000Z'", [error]);
    file.close();
    const said = 'The router cannot be reached: no route';
    const routers = [{ id_router: made.body.id_router, nombre: 'Torre Norte', error: said, comprobado_at: '2026-01-01T00:00:00.000Z' }];
    expect(await look(hub.admin)).toEqual({ count: 1, routers });
    const inSpanish = await hub.admin.send('GET', '/api/attention', { headers: { 'accept-language': 'es' } });
    expect(inSpanish.body.routers_unreachable.routers[0].error).toBe('No se puede alcanzar el router: no route');
    expect(await look(ana)).toEqual({ count: 0, routers: [] });
    await hub.admin.send('PATCH', `/api/users/${ana.userId}`, { json: { permissions: ['isp:read'] } });
    expect((await look(await hub.signIn('ana@example.com'))).count).toBe(1);
  });
});

describe('the history of an operation', () => {
  const history = async (person: Person, id: string, query = '') => (await person.send('GET', `/api/operations/${id}/history${query}`)).body;

  test('has every transition and everything that was said, and is the same after the end and a restart', async () => {
    await ana.begin('told', 'a', 'b');
    await ana.report('told', 'a', 'in_progress', { message: 'first', progress: 1, bytes: 0 });
    for (const [message, bytes] of [
      ['second', 1000],
      ['second', 2000],
      ['third', 3000],
    ] as const)
      await ana.report('told', 'a', 'in_progress', { message, bytes, progress: 50 });
    const said = (events: { step?: string; message?: string }[]) => events.filter(({ step }) => step === 'a').map(({ message }) => message);
    const open = await eventually(async () => {
      const found = await history(ana, 'told');
      return said(found.events).includes('third') && found;
    });
    expect(said(open.events)).toEqual(['', 'first', 'second', 'third']);
    await ana.report('told', 'a', 'completed', { message: 'done' });
    await ana.report('told', 'b', 'completed');
    const whole = await eventually(async () => {
      const found = await history(ana, 'told');
      return found.events.at(-1).state === 'completed' && found;
    });
    const seqs = whole.events.map(({ seq }: { seq: number }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => Number(a) - Number(b)));
    expect(said(whole.events)).toEqual(['', 'first', 'second', 'third', 'done']);
    expect(whole.rates).toMatchObject({ interval_ms: 250 });
    expect([whole.next_after, whole.retry_of, whole.retried_by]).toEqual([null, null, []]);
    await hub.restart();
    expect(await history(ana, 'told')).toEqual(whole);
  });

  test('comes in pages that leave nothing out, and for one step alone', async () => {
    const steps = Array.from({ length: 7 }, (_, index) => `s${index}`);
    await ana.begin('paged', ...steps);
    for (const step of steps) await ana.report('paged', step, 'completed');
    const all = (await history(ana, 'paged')).events;
    const paged = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: { events: unknown[]; next_after: number | null } = await history(ana, 'paged', `?limit=4&after=${after}`);
      paged.push(...page.events);
      after = page.next_after;
    }
    expect(paged).toEqual(all);
    expect((await history(ana, 'paged', '?step=s3')).events.map(({ step, status }: { step: string; status: string }) => [step, status])).toEqual([
      ['s3', 'pending'],
      ['s3', 'completed'],
    ]);
  });

  test('is the owner’s and administrators’', async () => {
    await ana.begin('private', 'one');
    expect((await ben.send('GET', '/api/operations/private/history')).status).toBe(404);
    expect((await ben.send('GET', `/api/operations/private/history?user_id=${ana.userId}`)).status).toBe(404);
    expect((await hub.admin.send('GET', '/api/operations/private/history')).status).toBe(200);
    expect((await hub.admin.send('GET', `/api/operations/private/history?user_id=${ana.userId}`)).status).toBe(200);
  });

  test.each(['?limit=0', '?limit=1001', '?after=-1', '?after=x', '?step=', '?user_id=-1'])('refuses %p', async (query) => {
    expect((await ana.send('GET', `/api/operations/told/history${query}`)).status).toBe(400);
  });
});
