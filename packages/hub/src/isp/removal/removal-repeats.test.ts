// The requests of a removal again, after failures, and where things are not as they should be.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, routerOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub();
});
afterAll(() => isp.stop());

const removeService = '/api/conexiones/quitar-asignacion';
const removeRouter = '/api/routers/quitar-conexion';
const removeConfig = '/api/configuracion/eliminar';

const stepOf = async (id: string, name: string) => (await isp.operation(id)).steps.find(({ step }: { step: string }) => step === name);
const entriesOf = (task: { task_id: string }) => task.task_id;

describe('the same request again', () => {
  test('at once attaches: the router is asked once, both are answered', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const first = isp.ask(removeRouter, { direccion_ip }, under('twice'));
    const second = isp.ask(removeRouter, { direccion_ip }, under('twice'));
    await isp.agent.remove(id_conexion);
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect((await second).body).toEqual((await first).body);
    expect(isp.agent.hasNone('router.remove', id_conexion)).toBe(true);
  });

  test('of work on records alone does it once', async () => {
    const { id_conexion } = await isp.connect();
    const answers = await Promise.all([1, 2, 3].map(() => isp.ask(removeService, { id_conexion }, under('thrice'))));
    expect(answers.map(({ status, body }) => [status, body.message])).toEqual(Array(3).fill([200, 'Asignación eliminada']));
    const { historial } = await isp.connection(id_conexion);
    expect(historial.filter(({ que }: { que: string }) => que === 'asignacion_quitada')).toHaveLength(1);
  });

  test("after the end is given the same answer, also when the operation has ended and the address is another connection's", async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const askAll = async () => {
      const service = isp.ask(removeService, { id_conexion }, under('again'));
      const answers = [await service];
      const router = isp.ask(removeRouter, { direccion_ip }, under('again'));
      if ((await isp.connection(id_conexion)).estado !== 'eliminada') await isp.agent.remove(id_conexion);
      answers.push(await router, await isp.ask(removeConfig, { id_conexion, id_usuario }, under('again')));
      return answers.map(({ status, body }) => ({ status, body }));
    };
    const first = await askAll();
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200]);
    await isp.connect({ direccion_ip, usuario_ppp: null });
    expect(await askAll()).toEqual(first);
  });

  test('with another body is refused with 409, and the work is as it was', async () => {
    const [one, two] = [await isp.connect(), await isp.connect()];
    await isp.ask(removeService, { id_conexion: one.id_conexion }, under('taken'));
    for (const [path, json] of [
      [removeService, { id_conexion: two.id_conexion }],
      [removeRouter, { direccion_ip: two.direccion_ip }],
      [removeConfig, { id_conexion: two.id_conexion, id_usuario: two.id_usuario }],
      [removeService, { id_conexion: 'x' }],
    ] as const) {
      const { status, body } = await isp.ask(path, json, under('taken'));
      expect([status, body.success, body.code]).toEqual([409, false, 'operation_id_in_use']);
    }
    expect((await isp.connection(two.id_conexion)).id_servicio).toBe(isp.service);
    expect(await stepOf('taken', 'remove-service')).toMatchObject({ status: 'completed' });
  });

  test('under an id that stands for other work is refused with 409', async () => {
    await isp.operator.begin('not-a-removal', 'step');
    const { id_conexion } = await isp.connect();
    const { status, body } = await isp.ask(removeService, { id_conexion }, under('not-a-removal'));
    expect([status, body.code]).toEqual([409, 'operation_id_in_use']);
  });

  test('after an error tries again, and the union of what both attempts found is kept', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const [secret, queue] = ['cliente', 'cola'].map((label) => ({ kind: 'ppp/secret', label, values: { name: label } }));
    const failing = isp.ask(removeRouter, { direccion_ip }, under('retried'));
    const first = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(first, { entries: [secret, queue] });
    await isp.agent.fail(first, 'router.unreachable', { reason: 'EHOSTUNREACH' });
    const failed = await failing;
    expect([failed.status, failed.body.success, failed.body.code, failed.body.step_code]).toEqual([502, false, 'router_failed', 'router.unreachable']);
    expect(failed.body.message).toContain('EHOSTUNREACH');
    expect(await stepOf('retried', 'remove-router')).toMatchObject({ status: 'error', progress: 0, message: failed.body.message });

    const retrying = isp.ask(removeRouter, { direccion_ip }, under('retried'));
    const second = await isp.agent.next('router.remove', id_conexion);
    expect(entriesOf(second)).not.toBe(entriesOf(first));
    await isp.agent.begin(second, { entries: [queue] });
    await isp.agent.end(second, 'router.removed', { entries: [queue] });
    expect((await retrying).status).toBe(200);
    expect(await stepOf('retried', 'remove-router')).toMatchObject({ status: 'completed', progress: 100 });
    const [change] = (await isp.connection(id_conexion)).historial;
    expect(change.before.entradas.map(({ label }: { label: string }) => label).sort()).toEqual(['cliente', 'cola']);
  });
});

describe('a failure of the router', () => {
  const rows: [string, object, number, string][] = [
    ['router.unreachable', { reason: 'no route' }, 502, 'router_failed'],
    ['router.credentials_refused', {}, 502, 'router_failed'],
    ['router.identity_changed', { pin: 'abc' }, 502, 'router_failed'],
    ['router.timed_out', { seconds: 60 }, 504, 'router_timeout'],
    ['router.ambiguous', { label: 'x' }, 409, 'router_ambiguous'],
    ['a.newer.agents.code', {}, 502, 'router_failed'],
  ];
  for (const [code, values, status, problem] of rows) {
    test(`${code} is answered with ${status} ${problem}, and the connection stays as it was`, async () => {
      const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
      const asked = isp.ask(removeRouter, { direccion_ip }, under(code));
      await isp.agent.fail(await isp.agent.next('router.remove', id_conexion), code, values);
      const answer = await asked;
      expect([answer.status, answer.body.code, answer.body.step_code]).toEqual([status, problem, code]);
      expect((await isp.connection(id_conexion)).estado).toBe('activa');
      const config = await isp.ask(removeConfig, { id_conexion, id_usuario }, under(code));
      expect([config.status, config.body.code]).toEqual([409, 'router_not_removed']);
    });
  }

  test('is in the record of the router, until it answers again', async () => {
    const fails = await isp.connect();
    const failing = isp.ask(removeRouter, { direccion_ip: fails.direccion_ip });
    await isp.agent.fail(await isp.agent.next('router.remove', fails.id_conexion), 'router.unreachable', { reason: 'no route' });
    await failing;
    const routerIs = (estado: string) =>
      eventually(async () => {
        const { body } = await isp.operator.send('GET', `/api/routers/${isp.router}`);
        return body.estado === estado && body;
      });
    expect(await routerIs('inalcanzable')).toMatchObject({ error: 'No se puede alcanzar el router: no route', error_code: 'router.unreachable' });
    const headers = { 'accept-language': 'en' };
    const english = (await isp.operator.send('GET', `/api/routers/${isp.router}`, { headers })).body;
    const [listed] = (await isp.operator.send('GET', '/api/routers', { headers })).body.routers;
    expect([english.error, listed.error]).toEqual(Array(2).fill('The router cannot be reached: no route'));
    const works = await isp.connect();
    const working = isp.ask(removeRouter, { direccion_ip: works.direccion_ip });
    await isp.agent.remove(works.id_conexion);
    await working;
    expect(await routerIs('alcanzable')).toMatchObject({ error: null, error_code: null });
  });
});

describe('what is refused as things are', () => {
  test('an address that no connection has: 404', async () => {
    const { status, body } = await isp.ask(removeRouter, { direccion_ip: '203.0.113.9' });
    expect([status, body.code, body.message]).toEqual([404, 'not_found', 'Ninguna conexión tiene la dirección 203.0.113.9']);
  });

  test("another customer's connection: 409", async () => {
    const { id_conexion, id_usuario } = await isp.connect({ id_router: null });
    const { status, body } = await isp.ask(removeConfig, { id_conexion, id_usuario: id_usuario + 1 });
    expect([status, body.code]).toEqual([409, 'customer_mismatch']);
    expect((await isp.connection(id_conexion)).estado).toBe('activa');
  });

  test('a connection that was removed before, under another operation: 409', async () => {
    const { id_conexion, id_usuario } = await isp.connect({ id_router: null });
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario })).status).toBe(200);
    for (const [path, json] of [
      [removeService, { id_conexion }],
      [removeConfig, { id_conexion, id_usuario }],
    ] as const) {
      const { status, body } = await isp.ask(path, json);
      expect([status, body.code]).toEqual([409, 'record_removed']);
    }
  });

  test('a router without agent or credentials: 409, and nothing is queued', async () => {
    const { id_router } = (await isp.operator.send('POST', '/api/routers', { json: routerOf(null, { nombre: 'sin agente' }) })).body;
    const noCredentials = routerOf(isp.agent.id, { nombre: 'sin clave', credentials: null });
    const other = (await isp.operator.send('POST', '/api/routers', { json: noCredentials })).body;
    for (const router of [id_router, other.id_router]) {
      const { direccion_ip } = await isp.connect({ id_router: router });
      const { status, body } = await isp.ask(removeRouter, { direccion_ip });
      expect([status, body.code, body.step_code]).toEqual([409, 'router_not_configured', 'router.not_configured']);
    }
  });

  test('a connection that another operation works on: 409, until that has ended', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const first = isp.ask(removeRouter, { direccion_ip });
    const task = await isp.agent.next('router.remove', id_conexion);
    const { status, body } = await isp.ask(removeService, { id_conexion });
    expect([status, body.code]).toEqual([409, 'connection_busy']);
    await isp.agent.end(task, 'router.already_gone', { entries: [] });
    expect((await first).status).toBe(200);
    expect((await isp.ask(removeService, { id_conexion })).status).toBe(200);
  });
});
