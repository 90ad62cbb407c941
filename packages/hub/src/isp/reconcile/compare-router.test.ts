// Looking at routers: whether one answers, and how it differs from the records; asked for and from time to time.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, routerOf, startIspHub } from '../isp-hub.fixture.ts';

let isp: IspHub;
const pin = 'A'.repeat(43);

beforeAll(async () => {
  isp = await startIspHub({ ISP_WAIT_DEFAULT_MS: '5000', ISP_COMPARE_MAX: '3', ISP_RECONCILE_INTERVAL_MS: '0' });
});
afterAll(() => isp.stop());

const newRouter = async (nombre: string, members: object = {}) =>
  (await isp.operator.send('POST', '/api/routers', { json: routerOf(isp.agent.id, { nombre, ...members }) })).body.id_router;

interface StreamedEvent {
  seq: number;
  message?: string;
}

/** Opens a stream of server-sent events, whose events are read once it has ended. */
async function streamOf(path: string, language: string) {
  const response = await fetch(`${isp.hub.url}${path}`, { headers: { cookie: isp.hub.admin.cookie, 'accept-language': language } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const toTheEnd = async () => [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as StreamedEvent);
  return { toTheEnd };
}

describe('a probe', () => {
  test('tells who the router is and the key it shows, which a person then approves', async () => {
    const asked = isp.ask(`/api/routers/${isp.router}/probar`);
    const task = await isp.agent.next('router.probe');
    expect(task.task.router).toMatchObject({ id_router: isp.router, host: '192.0.2.1', pin: null });
    await isp.agent.end(task, 'router.reached', { identity: 'MikroTik norte', pin });
    const { status, body } = await asked;
    expect([status, body.success, body.identity, body.pin]).toEqual([200, true, 'MikroTik norte', pin]);
    await eventually(async () => (await isp.operator.send('GET', `/api/routers/${isp.router}`)).body.estado === 'alcanzable');
    expect((await isp.operator.send('PATCH', `/api/routers/${isp.router}`, { json: { pin } })).body.pin).toBe(pin);
    const again = isp.ask(`/api/routers/${isp.router}/probar`);
    const second = await isp.agent.next('router.probe');
    expect(second.task.router.pin).toBe(pin);
    await isp.agent.fail(second, 'router.identity_changed', { pin: 'other' });
    expect((await again).body).toMatchObject({ success: false, code: 'router_failed', step_code: 'router.identity_changed' });
  });

  test('while the agent is away is refused at once, and not kept for later', async () => {
    await isp.agent.leave();
    const { status, body } = await isp.ask(`/api/routers/${isp.router}/probar`);
    expect([status, body.code, body.step_code]).toEqual([502, 'router_failed', 'isp.agent_offline']);
    await isp.agent.comeBack();
    expect((await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}`)).body.tasks_waiting).toBe(0);
  });

  test('of a router that is not there is refused with 404', async () => {
    expect((await isp.ask('/api/routers/999999/probar')).body).toMatchObject({ success: false, code: 'not_found' });
  });
});

describe('a comparison', () => {
  test('asks for the active connections, and keeps what differs until the next one', async () => {
    const router = await newRouter('comparado');
    const active = await isp.connect({ id_router: router });
    const suspended = await isp.connect({ id_router: router, estado: 'suspendida' });
    const never = await isp.operator.send('GET', `/api/routers/${router}/diferencias`);
    expect(never.body).toEqual({ id_router: router, comparado_at: null, error: null, error_code: null, faltan: [], sobran: [] });
    const asked = isp.ask(`/api/routers/${router}/comparar`);
    const task = await isp.agent.next('router.compare');
    expect(task.task.expected.map(({ id_conexion }) => id_conexion)).toEqual([active.id_conexion]);
    const strange = { kind: 'ppp/secret', label: 'PPP secret nobody', name: 'nobody', values: { name: 'nobody' } };
    const disabled = { kind: 'ip/arp', label: 'suspended', values: { address: suspended.direccion_ip } };
    await isp.agent.end(task, 'router.compared', { missing: [active.id_conexion], unexpected: [{ ...strange, sealed: 'x' }, disabled] });
    const { status, body } = await asked;
    expect([status, body.success]).toEqual([200, true]);
    const inSpanish = { ...strange, label: 'secreto PPP nobody' };
    expect(body.diferencias.faltan).toEqual([{ id_conexion: active.id_conexion, direccion_ip: active.direccion_ip, cliente: expect.any(String) }]);
    expect([body.message, body.diferencias.sobran]).toEqual(['Diferencias entre los registros y el router: 2', [inSpanish]]);
    expect((await isp.operator.send('GET', `/api/routers/${router}/diferencias`)).body).toEqual(body.diferencias);
    // The history of the agent counts as the hub does, which knows what is suspended.
    const { tasks } = (await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}/history?limit=1`)).body;
    expect(tasks[0].message).toBe('Differences between records and router: 2');

    const failing = isp.ask(`/api/routers/${router}/comparar`);
    await isp.agent.fail(await isp.agent.next('router.compare'), 'router.timed_out', { seconds: 60 });
    expect((await failing).body.code).toBe('router_timeout');
    const kept = (await isp.operator.send('GET', `/api/routers/${router}/diferencias`)).body;
    expect([kept.error, kept.error_code, kept.sobran]).toEqual(['El router no respondió en 60 s', 'router.timed_out', [inSpanish]]);
    const english = await isp.operator.send('GET', `/api/routers/${router}/diferencias`, { headers: { 'accept-language': 'en' } });
    expect([english.body.error, english.body.sobran]).toEqual(['The router did not answer in 60 s', [strange]]);
  });

  test('of a router with more connections than the bound is refused', async () => {
    const router = await newRouter('grande');
    for (let count = 0; count < 4; count += 1) await isp.connect({ id_router: router });
    expect((await isp.ask(`/api/routers/${router}/comparar`)).body).toMatchObject({ success: false, code: 'too_many_to_compare' });
  });

  test('of a router that is not there is 404, asked for or read', async () => {
    expect((await isp.ask('/api/routers/999999/comparar')).status).toBe(404);
    expect((await isp.operator.send('GET', '/api/routers/999999/diferencias')).status).toBe(404);
  });

  test('comes by itself from time to time, and only while the agent is there', async () => {
    await isp.hub.restart({ ISP_RECONCILE_INTERVAL_MS: '100' });
    await isp.agent.comeBack();
    const router = await newRouter('periódico');
    const task = await eventually(async () => {
      const next = await isp.agent.next('router.compare');
      await isp.agent.end(next, 'router.compared', { missing: [], unexpected: [] });
      return next.task.router.id_router === router && next;
    });
    expect(task.task.expected).toEqual([]);
    await eventually(async () => (await isp.operator.send('GET', `/api/routers/${router}/diferencias`)).body.comparado_at !== null);
    expect(
      (await isp.operator.send('GET', '/api/operations?kind=router-comparison')).body.operations.every(({ user_id }: { user_id: number }) => user_id !== 0),
    ).toBe(true);
    // An administrator finds them under the number of the hub itself.
    const { operations } = (await isp.hub.admin.send('GET', '/api/operations?user_id=0&state=completed')).body;
    const [{ operation_id, user_id }] = operations;
    expect([user_id, (await isp.hub.admin.send('GET', `/api/operations/${operation_id}?user_id=0`)).status]).toEqual([0, 200]);
    // Nobody asked for it: what it says, and said, is in the language of whoever reads.
    const readIn = async (language: string, path: string) => (await isp.hub.admin.send('GET', path, { headers: { 'accept-language': language } })).body;
    const saidIn = async (language: string) => {
      const operation = await readIn(language, `/api/operations/${operation_id}?user_id=0`);
      const history = await readIn(language, `/api/operations/${operation_id}/history?user_id=0&step=compare`);
      const said: string[] = history.events.map(({ message }: { message: string }) => message);
      return [operation.steps[0].message, said[0], said.at(-1), 'values' in operation.steps[0] || 'values' in history.events.at(-1)];
    };
    expect(await saidIn('en')).toEqual(['Differences between records and router: 0', 'Not begun yet', 'Differences between records and router: 0', false]);
    const spanish = ['Diferencias entre los registros y el router: 0', 'Aún no iniciado', 'Diferencias entre los registros y el router: 0', false];
    expect(await saidIn('es')).toEqual(spanish);
    expect((await isp.operator.send('GET', `/api/operations/${operation_id}?user_id=0`)).status).toBe(404);
  });

  test('that is under way, and one that was stopped, say so in the language of whoever reads as well', async () => {
    const router = await newRouter('lento');
    const task = await eventually(async () => {
      const next = await isp.agent.next('router.compare');
      if (next.task.router.id_router === router) return next;
      await isp.agent.end(next, 'router.compared', { missing: [], unexpected: [] });
      return false;
    });
    await isp.agent.begin(task);
    const text = { code: 'router.retrying', values: { reason: 'no answer', seconds: 4 } };
    await isp.agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text, progress: 10 });
    const readIn = async (language: string, path: string) => (await isp.hub.admin.send('GET', path, { headers: { 'accept-language': language } })).body;
    const waiting = async (language: string) => (await readIn(language, `/api/agents/${isp.agent.id}/tasks`)).tasks[0];
    const { operation_id } = await waiting('en');
    const saidIn = async (language: string) => {
      const { steps } = await readIn(language, `/api/operations/${operation_id}?user_id=0`);
      const { events } = await readIn(language, `/api/operations/${operation_id}/history?user_id=0&step=compare`);
      // Each once: what another code says is in the journal, and not kept beside it.
      const codes = events.map(({ code }: { code: string }) => code);
      expect(codes).toEqual(['isp.waiting', 'router.queued', 'router.connecting', 'router.retrying']);
      return [(await waiting(language)).message, steps[0].message, events.at(-1).message];
    };
    expect(await saidIn('en')).toEqual(Array(3).fill('The router did not answer (no answer); trying again in 4 s'));
    expect(await saidIn('es')).toEqual(Array(3).fill('El router no respondió (sin respuesta); nuevo intento en 4 s'));
    const streamed = await Promise.all(['en', 'es'].map((language) => streamOf(`/api/operations/${operation_id}/events?user_id=0`, language)));

    await isp.agent.leave();
    await isp.hub.admin.send('POST', `/api/operations/${operation_id}/stop?user_id=0`);
    const endIn = async (language: string) => {
      const { state, steps } = await readIn(language, `/api/operations/${operation_id}?user_id=0`);
      return [state, steps[0].message];
    };
    expect(await endIn('en')).toEqual(['stopped', 'Stopped']);
    expect(await endIn('es')).toEqual(['stopped', 'Detenido']);
    // What the streams had said before they were opened, and what they said since: the same events, each in its reader's language.
    const [english, spanish] = await Promise.all(streamed.map((stream) => stream.toTheEnd()));
    const messages = (events: StreamedEvent[] | undefined) => events?.flatMap(({ message }) => message ?? []);
    expect(messages(english)).toContain('The router did not answer (no answer); trying again in 4 s');
    expect(messages(english)).toContain('Stopped');
    expect(messages(spanish)).toContain('El router no respondió (sin respuesta); nuevo intento en 4 s');
    expect(messages(spanish)).toContain('Detenido');
    const withoutMessage = (events: StreamedEvent[] | undefined) => events?.map(({ message, ...rest }) => ({ ...rest, says: message !== undefined }));
    expect(withoutMessage(english)).toEqual(withoutMessage(spanish));
    const again = await streamOf(`/api/operations/${operation_id}/events?user_id=0`, 'en');
    expect(messages(await again.toTheEnd())?.at(-1)).toBe('Stopped');
    await isp.agent.comeBack();
  });

  test('passes over a router that is not set up, and notes when one was refused, so that it has its next turn like any other', async () => {
    const unset = await newRouter('sin credenciales', { credentials: undefined });
    const crowded = await newRouter('repleto', { credentials: undefined });
    for (let count = 0; count < 4; count += 1) await isp.connect({ id_router: crowded });
    await isp.operator.send('PATCH', `/api/routers/${crowded}`, { json: { credentials: { username: 'relevo', password: 'x' } } });
    const refused = await eventually(async () => {
      const { body } = await isp.operator.send('GET', `/api/routers/${crowded}/diferencias`);
      return body.error_code !== null && body;
    });
    expect(refused).toMatchObject({ error_code: 'isp.too_many_to_compare', comparado_at: null });
    const { operations } = (await isp.hub.admin.send('GET', '/api/operations?kind=router-comparison&user_id=0&limit=200')).body;
    const titles = new Set(operations.map(({ title }: { title: string }) => title));
    expect([titles.has('repleto'), titles.has('sin credenciales')]).toEqual([true, false]);
    expect((await isp.operator.send('GET', `/api/routers/${unset}/diferencias`)).body).toMatchObject({ comparado_at: null, error: null });
  });
});
