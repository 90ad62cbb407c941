// Whole removals, what they would take, and their undoing: records and router as they were before.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { RouterEntry } from '@relevo/protocol';
import { openHubDatabase } from '../../database/database.ts';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, secretOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ TICK_INTERVAL_MS: '1', ISP_WAIT_DEFAULT_MS: '5000', ISP_OPERATION_SILENT_MAX_MS: '20000' });
});
afterAll(() => isp.stop());

const ended = (id: string) =>
  eventually(async () => {
    const operation = await isp.operation(id);
    return ['completed', 'error', 'stopped'].includes(operation.state) && operation;
  });
const statuses = async (id: string) => (await isp.operation(id)).steps.map(({ status }: { status: string }) => status);

/** Removes a connection whole; the router holds `entries` of it. */
async function remove(id: number, operation: string, entries: readonly RouterEntry[] = secretOf('cliente')) {
  const asked = isp.ask(`/api/conexiones/${id}/eliminar`, {}, under(operation));
  await isp.agent.remove(id, entries);
  return asked;
}

/** Answers the undoing on the router. @returns the task */
async function putBack(id: number) {
  const task = await isp.agent.next('router.restore', id);
  await isp.agent.end(task, 'router.restored', { entries: task.task.entries });
  return task.task;
}

describe('a whole removal', () => {
  test('runs the three steps in order and answers when the last is done', async () => {
    const { id_conexion } = await isp.connect();
    const { status, body } = await remove(id_conexion, 'removed');
    expect([status, body]).toEqual([200, { success: true, message: 'Conexión eliminada', operation_id: 'removed' }]);
    const operation = await ended('removed');
    expect([operation.state, operation.kind]).toEqual(['completed', 'isp-removal']);
    expect(operation.steps.map(({ step }: { step: string }) => step)).toEqual(['remove-service', 'remove-router', 'remove-config']);
    expect((await isp.connection(id_conexion)).estado).toBe('eliminada');
  });

  test('that fails at the router leaves the configuration, and repeated goes on from there', async () => {
    const { id_conexion } = await isp.connect();
    const failing = isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('half'));
    await isp.agent.fail(await isp.agent.next('router.remove', id_conexion), 'router.unreachable', { reason: 'no route' });
    expect((await failing).body).toMatchObject({ success: false, code: 'router_failed', operation_id: 'half' });
    expect(await statuses('half')).toEqual(['completed', 'error', 'pending']);
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'activa', id_servicio: null });
    expect((await remove(id_conexion, 'half')).status).toBe(200);
    expect(await statuses('half')).toEqual(['completed', 'completed', 'completed']);
    const { historial } = await isp.connection(id_conexion);
    expect(historial.map(({ que }: { que: string }) => que)).toEqual(['eliminada', 'quitada_del_router', 'asignacion_quitada', 'creada']);
  });

  test('can be gone on with by the three requests, under the same id', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const failing = isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('mixed'));
    await isp.agent.fail(await isp.agent.next('router.remove', id_conexion), 'router.timed_out', { seconds: 60 });
    expect((await failing).status).toBe(504);
    const asked = isp.ask('/api/routers/quitar-conexion', { direccion_ip }, under('mixed'));
    await isp.agent.remove(id_conexion);
    expect((await asked).status).toBe(200);
    expect((await isp.ask('/api/configuracion/eliminar', { id_conexion, id_usuario }, under('mixed'))).status).toBe(200);
    expect((await ended('mixed')).state).toBe('completed');
  });

  test('of what is not there is refused with 404', async () => {
    expect((await isp.ask('/api/conexiones/999999/eliminar')).body).toMatchObject({ success: false, code: 'not_found' });
  });
});

describe('a preview', () => {
  test('shows records and router entries, without what is secret, and touches nothing', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const asked = isp.ask(`/api/conexiones/${id_conexion}/vista-previa`);
    const task = await isp.agent.next('router.inspect', id_conexion);
    await isp.agent.end(task, 'router.found', { entries: secretOf('cliente') });
    const { status, body } = await asked;
    expect([status, body.success]).toEqual([200, true]);
    expect(body.registros).toMatchObject({ id_conexion, direccion_ip, servicio: 'Fibra 100', estado: 'activa' });
    const secret = { kind: 'ppp/secret', name: 'cliente', values: { name: 'cliente', profile: 'default' } };
    expect(body.router).toEqual({ estado: 'consultado', entradas: [{ ...secret, label: 'secreto PPP cliente' }] });
    const { historial, estado } = await isp.connection(id_conexion);
    expect([estado, historial.length]).toEqual(['activa', 1]);
  });

  test('calls what is on the router as the reader does', async () => {
    const { id_conexion } = await isp.connect();
    const asked = isp.ask(`/api/conexiones/${id_conexion}/vista-previa`, {}, { 'accept-language': 'en' });
    await isp.agent.end(await isp.agent.next('router.inspect', id_conexion), 'router.found', { entries: secretOf('cliente') });
    expect((await asked).body.router.entradas).toMatchObject([{ label: 'PPP secret cliente', name: 'cliente' }]);
  });

  test('of a connection on no router shows its records', async () => {
    const { id_conexion } = await isp.connect({ id_router: null });
    expect((await isp.ask(`/api/conexiones/${id_conexion}/vista-previa`)).body.router).toEqual({ estado: 'ninguno', entradas: [] });
  });

  test('shows the records when the router does not answer, and says why', async () => {
    const { id_conexion } = await isp.connect();
    const asked = isp.ask(`/api/conexiones/${id_conexion}/vista-previa`);
    await isp.agent.fail(await isp.agent.next('router.inspect', id_conexion), 'router.unreachable', { reason: 'no route' });
    const { status, body } = await asked;
    expect([status, body.router.estado, body.router.code]).toEqual([200, 'sin_respuesta', 'router.unreachable']);
    expect(body.router.message).toContain('no route');
  });

  test('while the agent is away shows the records at once, and leaves nothing for later', async () => {
    const { id_conexion } = await isp.connect();
    await isp.agent.leave();
    const { status, body } = await isp.ask(`/api/conexiones/${id_conexion}/vista-previa`);
    expect([status, body.router.estado, body.router.code]).toEqual([200, 'sin_respuesta', 'isp.agent_offline']);
    await isp.agent.comeBack();
    expect((await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}`)).body.tasks_waiting).toBe(0);
  });

  test('goes on beside a removal of the same connection', async () => {
    const { id_conexion } = await isp.connect();
    const removing = isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('watched-removal'));
    const removal = await isp.agent.next('router.remove', id_conexion);
    const looking = isp.ask(`/api/conexiones/${id_conexion}/vista-previa`);
    await isp.agent.end(await isp.agent.next('router.inspect', id_conexion), 'router.found', { entries: [] });
    expect((await looking).status).toBe(200);
    await isp.agent.end(removal, 'router.removed', { entries: [] });
    expect((await removing).status).toBe(200);
  });

  test('of a removed connection is refused', async () => {
    const { id_conexion } = await isp.connect();
    await remove(id_conexion, 'gone-already');
    expect((await isp.ask(`/api/conexiones/${id_conexion}/vista-previa`)).body).toMatchObject({ success: false, code: 'record_removed' });
  });
});

describe('an undo', () => {
  test('puts record, router entries and service back, in the reverse order', async () => {
    const { id_conexion } = await isp.connect();
    await remove(id_conexion, 'to-undo');
    const asked = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('undone'));
    const task = await putBack(id_conexion);
    expect(task.entries).toEqual(secretOf('cliente'));
    const { status, body } = await asked;
    expect([status, body.message]).toEqual([200, 'Conexión restaurada']);
    const operation = await ended('undone');
    expect(operation.state).toBe('completed');
    expect(operation.steps.map(({ step, status: is }: { step: string; status: string }) => [step, is])).toEqual([
      ['restore-config', 'completed'],
      ['restore-router', 'completed'],
      ['restore-service', 'completed'],
    ]);
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'activa', id_servicio: isp.service, id_router: isp.router });
    const { entries } = (await isp.hub.admin.send('GET', '/api/audit?operation_id=undone')).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'conexion.restaurar_asignacion',
      'conexion.restaurar_en_router',
      'conexion.restaurar',
    ]);
    expect(JSON.stringify(entries)).not.toContain('sealed by the agent');
    expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body.code).toBe('nothing_to_undo');
  });

  test('and another removal after it take and put back again', async () => {
    const { id_conexion } = await isp.connect();
    for (const turn of ['first', 'second']) {
      expect((await remove(id_conexion, `remove-${turn}`, secretOf(turn))).status).toBe(200);
      const asked = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under(`undo-${turn}`));
      expect((await putBack(id_conexion)).entries).toEqual(secretOf(turn));
      expect((await asked).status).toBe(200);
    }
  });

  test('of a removal that stopped half way puts back what was taken', async () => {
    const { id_conexion } = await isp.connect();
    const failing = isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('half-taken'));
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(task, { entries: secretOf('cliente') });
    await isp.agent.fail(task, 'router.timed_out', { seconds: 60 });
    await failing;
    const asked = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('half-undone'));
    expect((await putBack(id_conexion)).entries).toEqual(secretOf('cliente'));
    expect((await asked).status).toBe(200);
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'activa', id_servicio: isp.service });
  });

  test('that fails at the router can be repeated, and does not put anything back twice', async () => {
    const { id_conexion } = await isp.connect();
    await remove(id_conexion, 'undo-fails');
    const failing = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('undo-again'));
    await isp.agent.fail(await isp.agent.next('router.restore', id_conexion), 'router.unreachable', { reason: 'no route' });
    expect((await failing).body.code).toBe('router_failed');
    expect(await statuses('undo-again')).toEqual(['completed', 'error', 'pending']);
    const again = isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('undo-again'));
    await putBack(id_conexion);
    expect((await again).status).toBe(200);
    const { historial } = await isp.connection(id_conexion);
    expect(historial.filter(({ que }: { que: string }) => que === 'restaurada')).toHaveLength(3);
  });

  test("is refused when the address is another connection's by now, and changes nothing", async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    await remove(id_conexion, 'address-freed');
    await isp.connect({ direccion_ip, usuario_ppp: null });
    const { status, body } = await isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('address-taken'));
    expect([status, body.code, body.step_code]).toEqual([409, 'record_exists', 'isp.address_taken']);
    expect((await isp.connection(id_conexion)).estado).toBe('eliminada');
    // Made for this one request, it ends with what refused it.
    const made = (await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body;
    expect(await isp.operation(made.operation_id)).toMatchObject({ state: 'error', message: made.message });
    expect(await statuses('address-taken')).toEqual(['error', 'pending', 'pending']);
    expect(isp.agent.hasNone('router.restore', id_conexion)).toBe(true);
  });

  test("is refused when the PPP user is another connection's by now", async () => {
    const { id_conexion } = await isp.connect({ usuario_ppp: 'wanted' });
    await remove(id_conexion, 'user-freed');
    await isp.connect({ usuario_ppp: 'wanted' });
    expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body.code).toBe('record_exists');
  });

  test('of a service that is not there any more says so, and leaves the rest put back', async () => {
    const { id_servicio } = (await isp.operator.send('POST', '/api/servicios', { json: { nombre: 'Pasajero', precio: 1 } })).body;
    const { id_conexion } = await isp.connect({ id_servicio, id_router: null });
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`);
    expect((await isp.operator.send('DELETE', `/api/servicios/${id_servicio}`)).status).toBe(204);
    const { status, body } = await isp.ask(`/api/conexiones/${id_conexion}/restaurar`, {}, under('no-service'));
    expect([status, body.code, body.step_code]).toEqual([422, 'record_unknown', 'isp.service_gone']);
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'activa', id_servicio: null });
  });

  test('is refused when nothing was taken, and when it was too long ago', async () => {
    const { id_conexion } = await isp.connect();
    expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body.code).toBe('nothing_to_undo');
    await remove(id_conexion, 'long-ago');
    const { db } = await openHubDatabase(isp.hub.dataDir);
    const at = new Date(Date.now() - 8 * 86_400_000).toISOString();
    await db.updateTable('connection_kept').set({ at }).where('id_conexion', '=', id_conexion).execute();
    expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body.code).toBe('undo_expired');
    // The hub forgets it at its next look.
    await isp.hub.restart();
    await eventually(async () => (await db.selectFrom('connection_kept').selectAll().where('id_conexion', '=', id_conexion).execute()).length === 0);
    await db.destroy();
    expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).body.code).toBe('undo_expired');
  });
});
