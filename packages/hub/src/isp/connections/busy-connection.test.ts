// A record is not changed while an operation works on its connection: the router is being told what it said when the step began.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, routerOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;
beforeAll(async () => {
  isp = await startIspHub();
});
afterAll(() => isp.stop());

const patch = (id: number, json: object) => isp.operator.send('PATCH', `/api/conexiones/${id}`, { json });
const begin = (path: string, operationId: string, json: object = {}) => isp.ask(path, json, { ...under(operationId), prefer: 'respond-async' });
const ended = (id: string) => eventually(async () => ['completed', 'error', 'stopped'].includes((await isp.operation(id)).state));

describe('while a step of a connection runs on its router', () => {
  test('nothing of its record is changed, and when the step has ended everything can be', async () => {
    const { id_router } = (await isp.operator.send('POST', '/api/routers', { json: routerOf(isp.agent.id, { nombre: 'otro' }) })).body;
    const { id_usuario } = (await isp.operator.send('POST', '/api/clientes', { json: { nombre: 'Otra' } })).body;
    const { id_conexion, direccion_ip } = await isp.connect();
    const changes = [
      { direccion_ip: '10.99.0.1' },
      { usuario_ppp: 'otro' },
      { mac: '4C:5E:0C:AA:BB:01' },
      { id_router },
      { id_router: null },
      { id_usuario },
      { id_servicio: null },
      { estado: 'suspendida' },
    ];
    await begin(`/api/conexiones/${id_conexion}/suspender`, 'busy');
    const task = await isp.agent.next('router.suspend', id_conexion);
    const before = await isp.connection(id_conexion);
    for (const change of changes) {
      const { status, body } = await patch(id_conexion, change);
      expect([status, body.code]).toEqual([409, 'connection_busy']);
    }
    // What changes nothing is answered as ever.
    expect((await patch(id_conexion, { direccion_ip })).status).toBe(200);
    expect(await isp.connection(id_conexion)).toEqual(before);
    await isp.agent.end(task, 'router.suspended', { entries: [] });
    await ended('busy');
    for (const change of changes) expect((await patch(id_conexion, change)).status).toBe(200);
  });

  test('neither is it while the step waits for an agent that is away, until it is stopped', async () => {
    const { id_conexion } = await isp.connect();
    await isp.agent.leave();
    await begin(`/api/conexiones/${id_conexion}/eliminar`, 'waits');
    expect((await patch(id_conexion, { direccion_ip: '10.99.0.2' })).body.code).toBe('connection_busy');
    await isp.operator.send('POST', '/api/operations/waits/stop');
    await ended('waits');
    expect((await patch(id_conexion, { direccion_ip: '10.99.0.2' })).status).toBe(200);
    await isp.agent.comeBack();
  });

  test('a step that failed keeps nobody from mending the record', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    await begin('/api/routers/quitar-conexion', 'mended', { direccion_ip });
    await isp.agent.fail(await isp.agent.next('router.remove', id_conexion), 'router.ambiguous', { label: 'x' });
    await eventually(async () => (await isp.operation('mended')).steps[1]?.status === 'error');
    expect((await patch(id_conexion, { usuario_ppp: 'mended' })).status).toBe(200);
  });

  test('a look at the router keeps nobody waiting', async () => {
    const { id_conexion } = await isp.connect();
    const looking = isp.ask(`/api/conexiones/${id_conexion}/vista-previa`);
    const task = await isp.agent.next('router.inspect', id_conexion);
    expect((await patch(id_conexion, { mac: '4C:5E:0C:AA:BB:02' })).status).toBe(200);
    await isp.agent.end(task, 'router.found', { entries: [] });
    expect((await looking).status).toBe(200);
  });

  test('a file cannot bring a connection with its address either', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    await begin(`/api/conexiones/${id_conexion}/eliminar`, 'imported');
    const task = await isp.agent.next('router.remove', id_conexion);
    const headers = { 'content-type': 'text/csv', ...under('file') };
    await isp.operator.send('POST', '/api/conexiones/importar', { body: `cliente,direccion_ip\nOtra,${direccion_ip}`, headers });
    await ended('file');
    const { body } = await isp.operator.send('GET', '/api/conexiones/importar/file');
    expect([body.imported, body.errors[0]?.code]).toEqual([0, 'record_exists']);
    await isp.agent.end(task, 'router.removed', { entries: [] });
    await ended('imported');
  });
});

test('a change and a step that come at the same moment do not pass each other by', async () => {
  for (let round = 0; round < 12; round += 1) {
    const { id_conexion } = await isp.connect();
    const operation = `race-${round}`;
    const change = () => patch(id_conexion, { direccion_ip: `10.98.0.${round + 1}` });
    const step = () => begin(`/api/conexiones/${id_conexion}/suspender`, operation);
    const [first, second] = await Promise.all(round % 2 ? [change(), step()] : [step(), change()]);
    const [changed, begun] = round % 2 ? [first, second] : [second, first];
    expect([begun?.status, [200, 409].includes(changed?.status ?? 0)]).toEqual([202, true]);
    const task = await isp.agent.next('router.suspend', id_conexion);
    expect(task.task.connection.direccion_ip).toBe((await isp.connection(id_conexion)).direccion_ip);
    await isp.agent.end(task, 'router.suspended', { entries: [] });
  }
});
