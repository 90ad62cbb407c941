// The three requests of a removal, as the ISP's own client sends them, against a hub with an agent that does what the test says.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { unseal } from '@relevo/protocol';
import { type IspHub, routerPassword, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub();
});
afterAll(() => isp.stop());

const removeService = '/api/conexiones/quitar-asignacion';
const removeRouter = '/api/routers/quitar-conexion';
const removeConfig = '/api/configuracion/eliminar';

describe('a removal in three requests', () => {
  test('may take the service last, also of a connection that is removed by then, and the undo gives it back', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const asked = isp.ask(removeRouter, { direccion_ip }, under('service-last'));
    await isp.agent.remove(id_conexion);
    expect((await asked).status).toBe(200);
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('service-last'))).status).toBe(200);
    const service = await isp.ask(removeService, { id_conexion }, under('service-last'));
    expect([service.status, service.body.message]).toEqual([200, 'Asignación eliminada']);
    expect((await isp.operation('service-last')).state).toBe('completed');
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'eliminada', id_servicio: null });
    expect((await isp.ask(removeService, { id_conexion }, under('once-more'))).body.code).toBe('record_removed');
    const undo = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('undo-service-last'));
    await isp.agent.end(await isp.agent.next('router.restore', id_conexion), 'router.restored');
    expect((await undo).status).toBe(200);
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'activa', id_servicio: isp.service });
  });

  test('takes the service, the router entries and the configuration, and ends the operation', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const socket = await isp.operator.watch();
    socket.send({ type: 'start_operation', operation_id: 'whole' });
    await socket.next(({ type }) => type === 'operation');

    const service = await isp.ask(removeService, { id_conexion }, under('whole', { 'x-user-id': String(isp.operator.userId) }));
    expect([service.status, service.body]).toEqual([200, { success: true, message: 'Asignación eliminada', operation_id: 'whole' }]);
    expect(service.headers.get('x-operation-id')).toBe('whole');
    expect(await isp.connection(id_conexion)).toMatchObject({ id_servicio: null, estado: 'activa' });

    const asked = isp.ask(removeRouter, { direccion_ip }, under('whole'));
    await isp.agent.remove(id_conexion);
    const router = await asked;
    expect([router.status, router.body.message]).toEqual([200, 'Conexión eliminada del router']);

    const config = await isp.ask(removeConfig, { id_conexion, id_usuario }, under('whole'));
    expect([config.status, config.body.message]).toEqual([200, 'Configuración eliminada del sistema']);
    const removed = await isp.connection(id_conexion);
    expect(removed.estado).toBe('eliminada');
    expect(removed.historial.map(({ que }: { que: string }) => que)).toEqual(['eliminada', 'quitada_del_router', 'asignacion_quitada', 'creada']);

    await socket.next(({ type, state }) => type === 'operation' && state === 'completed');
    const shown = (step: string) =>
      socket.messages.filter((message) => message.step === step && !message.snapshot).map(({ status, progress, message }) => [status, progress, message]);
    expect(shown('remove-service')).toEqual([
      ['pending', 0, 'Aún no iniciado'],
      ['in_progress', 10, 'Iniciando eliminación de asignación...'],
      ['in_progress', 30, 'Validando conexión...'],
      ['in_progress', 80, 'Actualizando base de datos...'],
      ['completed', 100, 'Asignación eliminada exitosamente'],
    ]);
    expect(shown('remove-router')).toEqual([
      ['pending', 0, 'Aún no iniciado'],
      ['pending', 0, 'En espera del agente junto al router'],
      ['in_progress', 20, 'Conectando con el router...'],
      ['completed', 100, 'Conexión eliminada del router'],
    ]);
    expect(shown('remove-config')).toEqual([
      ['pending', 0, 'Aún no iniciado'],
      ['in_progress', 25, 'Eliminando configuración del sistema...'],
      ['in_progress', 70, 'Limpiando archivos temporales...'],
      ['completed', 100, 'Configuración eliminada del sistema'],
    ]);
    const numbers = socket.messages.filter(({ operation_id }) => operation_id === 'whole').map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    socket.close();
  });
});

test('each thing that is taken off the router is said, however fast, and once in the history', async () => {
  const { id_conexion, direccion_ip } = await isp.connect();
  const asked = isp.ask(removeRouter, { direccion_ip }, under('each'));
  const task = await isp.agent.next('router.remove', id_conexion);
  await isp.agent.begin(task);
  const kinds = ['ip/firewall/address-list', 'queue/simple', 'ip/arp'];
  const removing = (kind: string) => ({ code: 'router.removing', values: { kind, name: 'ana', label: kind } });
  const say = (kind: string) => isp.agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: removing(kind), progress: 60 });
  await Promise.all(kinds.map(say));
  await isp.agent.end(task, 'router.removed', { entries: [] });
  expect((await asked).status).toBe(200);
  const { events } = (await isp.operator.send('GET', '/api/operations/each/history?step=remove-router')).body;
  expect(events.map(({ message }: { message: string }) => message).slice(-5)).toEqual([
    'Conectando con el router...',
    'Eliminando lista de direcciones ana...',
    'Eliminando cola ana...',
    'Eliminando ARP ana...',
    'Conexión eliminada del router',
  ]);
});

const stepOf = async (id: string, name: string) => (await isp.operation(id)).steps.find(({ step }: { step: string }) => step === name);

describe('what a client sends', () => {
  test('ids may be their digits as text', async () => {
    const { id_conexion, id_usuario } = await isp.connect({ id_router: null });
    expect((await isp.ask(removeService, { id_conexion: ` ${id_conexion}` })).status).toBe(200);
    expect((await isp.ask(removeConfig, { id_conexion: String(id_conexion), id_usuario: String(id_usuario) })).status).toBe(200);
  });

  test('an address may be written in another form', async () => {
    const { id_conexion } = await isp.connect({ direccion_ip: '2001:db8::5' });
    const asked = isp.ask(removeRouter, { direccion_ip: ' 2001:DB8:0:0::5 ' });
    await isp.agent.remove(id_conexion);
    expect((await asked).status).toBe(200);
  });

  const noId = 'id_conexion debe ser un número positivo';
  const noAddress = 'direccion_ip debe ser la dirección IPv4 o IPv6 de un solo equipo';
  const noObject = 'La solicitud debe ser un objeto JSON';
  const bodies: [string, string, unknown, string][] = [
    ['no id', removeService, {}, noId],
    ['an id of zero', removeService, { id_conexion: 0 }, noId],
    ['a negative id', removeService, { id_conexion: -1 }, noId],
    ['a fraction', removeService, { id_conexion: 1.5 }, noId],
    ['an id that is no number', removeService, { id_conexion: '12a' }, noId],
    ['an id beyond what is exact', removeService, { id_conexion: '99999999999999999' }, noId],
    ['null', removeService, { id_conexion: null }, noId],
    ['a list', removeService, [], noObject],
    ['no address', removeRouter, {}, noAddress],
    ['an address that is none', removeRouter, { direccion_ip: '10.0.0.256' }, noAddress],
    ['a network', removeRouter, { direccion_ip: '10.0.0.0/24' }, noAddress],
    ['no customer', removeConfig, { id_conexion: 1 }, 'id_usuario debe ser un número positivo'],
  ];
  for (const [index, [title, path, json, message]] of bodies.entries()) {
    test(`a body with ${title} is refused with 400, and the step says so`, async () => {
      const id = `bad-${index}`;
      const { status, headers, body } = await isp.operator.send('POST', path, { json, headers: under(id) });
      expect([status, body.success, body.code, body.operation_id]).toEqual([400, false, 'invalid_request', id]);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(body.message).toBe(message);
      const [step] = (await isp.operation(id)).steps.filter(({ status: is }: { status: string }) => is === 'error');
      expect(step).toMatchObject({ progress: 0, message: body.message });
    });
  }

  test('what is not JSON is refused with 400 in the same form', async () => {
    const { status, body } = await isp.operator.send('POST', removeService, { body: '{', headers: { 'content-type': 'application/json' } });
    expect([status, body.success, body.code, body.message]).toEqual([400, false, 'invalid_request', 'La solicitud debe ser un objeto JSON']);
  });

  test('an operation id that is none is refused, and nothing is done', async () => {
    const { id_conexion } = await isp.connect();
    const message = 'X-Operation-ID debe tener de 1 a 128 caracteres de A-Z a-z 0-9 . _ : -';
    expect((await isp.ask(removeService, { id_conexion }, under('a b'))).body).toMatchObject({ success: false, code: 'invalid_request', message });
    expect((await isp.connection(id_conexion)).id_servicio).toBe(isp.service);
  });

  test('a request that was refused can be mended under the same id', async () => {
    const { id_conexion } = await isp.connect();
    expect((await isp.ask(removeService, { id_conexion: 'x' }, under('mended'))).status).toBe(400);
    expect((await isp.ask(removeService, { id_conexion: 999_999 }, under('mended'))).status).toBe(404);
    expect((await isp.ask(removeService, { id_conexion }, under('mended'))).status).toBe(200);
    expect(await stepOf('mended', 'remove-service')).toMatchObject({ status: 'completed' });
  });
});

describe('the language', () => {
  const rows: [string, Record<string, string>, string][] = [
    ['is Spanish when none is asked for', {}, 'No existe la conexión 999999'],
    ['is English when that is asked for', { 'accept-language': 'en-US,en;q=0.9' }, 'There is no connection 999999'],
    ['is Spanish when both are and Spanish first', { 'accept-language': 'es-DO,en;q=0.5' }, 'No existe la conexión 999999'],
    ['is Spanish when neither is known', { 'accept-language': 'de' }, 'No existe la conexión 999999'],
  ];
  for (const [index, [title, headers, message]] of rows.entries()) {
    test(`of a refusal ${title}, in the answer and in the step`, async () => {
      const answer = await isp.ask(removeService, { id_conexion: 999_999 }, under(`language-${index}`, headers));
      expect([answer.status, answer.body.message]).toEqual([404, message]);
      expect((await stepOf(`language-${index}`, 'remove-service')).message).toBe(message);
    });
  }

  test('of a refusal that is not about a connection too', async () => {
    const reader = await isp.hub.person('otra-lectora@example.com');
    await isp.hub.admin.send('PATCH', `/api/users/${reader.userId}`, { json: { permissions: ['isp:read'] } });
    const said = async (headers: Record<string, string>) => (await reader.send('POST', removeService, { json: { id_conexion: 1 }, headers })).body.message;
    expect(await said({})).toBe('Te falta el permiso isp:remove; un administrador puede darlo');
    expect(await said({ 'accept-language': 'en' })).toBe('this needs the permission isp:remove; an administrator can grant it');
    const { status, body } = await isp.hub.send('POST', removeService, { json: { id_conexion: 1 } });
    expect([status, body.success, body.message]).toEqual([401, false, 'Inicia sesión primero']);
  });

  test('of success too', async () => {
    const { id_conexion } = await isp.connect();
    const { body } = await isp.ask(removeService, { id_conexion }, under('in-english', { 'accept-language': 'en' }));
    expect(body.message).toBe('Service assignment removed');
    expect((await stepOf('in-english', 'remove-service')).message).toBe('Service assignment removed successfully');
  });
});

describe('who asks', () => {
  for (const given of ['1', '0', '', 'abc', '-1', '1e3']) {
    test(`is not somebody else: X-User-ID ${JSON.stringify(given)} is refused with 403, and nothing is done`, async () => {
      const { id_conexion } = await isp.connect();
      const { status, body } = await isp.ask(removeService, { id_conexion }, { 'x-user-id': given });
      expect([status, body.success, body.code]).toEqual([403, false, 'forbidden']);
      expect((await isp.connection(id_conexion)).id_servicio).toBe(isp.service);
    });
  }

  test('needs the permission to remove', async () => {
    const reader = await isp.hub.person('lectora@example.com');
    await isp.hub.admin.send('PATCH', `/api/users/${reader.userId}`, { json: { permissions: ['isp:read', 'isp:write'] } });
    const { id_conexion } = await isp.connect();
    const { status, body } = await reader.send('POST', removeService, { json: { id_conexion } });
    expect([status, body.success, body.code, body.permission]).toEqual([403, false, 'forbidden', 'isp:remove']);
    expect((await isp.connection(id_conexion)).id_servicio).toBe(isp.service);
  });

  test('must be signed in', async () => {
    const { status, body } = await isp.hub.send('POST', removeService, { json: { id_conexion: 1 } });
    expect([status, body.success, body.code]).toEqual([401, false, 'unauthenticated']);
  });

  test('has operation ids of their own: two people may use the same', async () => {
    const [one, two] = [await isp.connect(), await isp.connect()];
    expect((await isp.ask(removeService, { id_conexion: one.id_conexion }, under('shared'))).status).toBe(200);
    const other = await isp.hub.admin.send('POST', removeService, { json: { id_conexion: two.id_conexion }, headers: under('shared') });
    expect(other.status).toBe(200);
    expect((await isp.operation('shared')).title).toContain(one.direccion_ip);
  });
});

describe('without an operation id', () => {
  test('one is made, of the one step, and ends with it', async () => {
    const { id_conexion } = await isp.connect();
    const { body, headers } = await isp.ask(removeService, { id_conexion });
    expect(headers.get('x-operation-id')).toBe(body.operation_id);
    const operation = await isp.operation(body.operation_id);
    expect([operation.state, operation.steps.map(({ step }: { step: string }) => step)]).toEqual(['completed', ['remove-service']]);
  });

  test('a refusal leaves an operation in error', async () => {
    const { body } = await isp.ask(removeService, { id_conexion: 999_999 });
    expect((await isp.operation(body.operation_id)).state).toBe('error');
  });
});

describe('a connection on no router', () => {
  test('goes through all three, and the router step says that there was nothing', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect({ id_router: null });
    expect((await isp.ask(removeService, { id_conexion }, under('bare'))).status).toBe(200);
    expect((await isp.ask(removeRouter, { direccion_ip }, under('bare'))).status).toBe(200);
    expect(await stepOf('bare', 'remove-router')).toMatchObject({ status: 'completed', code: 'isp.no_router' });
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('bare'))).status).toBe(200);
    expect((await isp.operation('bare')).state).toBe('completed');
  });

  test('without a service says that there was none', async () => {
    const { id_conexion } = await isp.connect({ id_router: null, id_servicio: null });
    expect((await isp.ask(removeService, { id_conexion }, under('none'))).status).toBe(200);
    expect((await stepOf('none', 'remove-service')).code).toBe('isp.service_already_gone');
  });
});

test('the audit log has who removed what, before and after', async () => {
  const { id_conexion, id_usuario } = await isp.connect({ id_router: null });
  await isp.ask(removeService, { id_conexion }, under('audited'));
  await isp.ask(removeConfig, { id_conexion, id_usuario }, under('audited'));
  const { entries } = (await isp.hub.admin.send('GET', '/api/audit?operation_id=audited')).body;
  expect(entries.map(({ action }: { action: string }) => action)).toEqual(['conexion.eliminar', 'conexion.quitar_asignacion']);
  expect(entries[0]).toMatchObject({ user_id: isp.operator.userId, subject_kind: 'conexion', subject_id: String(id_conexion) });
  expect([entries[0].before.estado, entries[0].after.estado, entries[1].before.id_servicio, entries[1].after.id_servicio]).toEqual([
    'activa',
    'eliminada',
    isp.service,
    null,
  ]);
});

test('the credentials go to the agent sealed to its key, and to nobody in the clear', async () => {
  const { id_conexion, direccion_ip } = await isp.connect();
  const asked = isp.ask(removeRouter, { direccion_ip });
  const { task } = (await isp.agent.remove(id_conexion)) as unknown as { task: { router: { sealed_credentials: string } } };
  await asked;
  expect(JSON.stringify(isp.agent.tasks())).not.toContain(routerPassword);
  const { sealingKey } = isp.agent;
  if (!sealingKey) throw new Error('no key');
  expect(JSON.parse(await unseal(task.router.sealed_credentials, sealingKey))).toEqual({ username: 'relevo', password: routerPassword });
});

test('the OpenAPI document says what the requests take and answer', async () => {
  const { paths } = (await isp.hub.send('GET', '/api/openapi.json')).body;
  const { requestBody, responses } = paths['/api/configuracion/eliminar'].post;
  expect(requestBody.content['application/json'].schema).toMatchObject({ type: 'object', required: ['id_conexion', 'id_usuario'] });
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '202', '400', '404', '409', '502', '504']));
  expect(paths['/api/conexiones/{id}/eliminar'].post.requestBody).toBeUndefined();
});
