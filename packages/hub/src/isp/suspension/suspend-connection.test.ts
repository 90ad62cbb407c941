// Suspending a connection and undoing it: the record, the router, and what is remembered in between.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type IspHub, secretOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ ISP_WAIT_DEFAULT_MS: '5000' });
});
afterAll(() => isp.stop());

async function suspend(id: number) {
  const asked = isp.ask(`/api/conexiones/${id}/suspender`);
  const task = await isp.agent.next('router.suspend', id);
  await isp.agent.begin(task, { entries: secretOf('as it was') });
  await isp.agent.end(task, 'router.suspended', { entries: secretOf('as it was') });
  return asked;
}

test('a suspension and its undoing go to the router, the second with what the first found', async () => {
  const { id_conexion } = await isp.connect();
  expect((await suspend(id_conexion)).body).toMatchObject({ success: true, message: 'Conexión suspendida' });
  expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'suspendida', id_servicio: isp.service });
  const asked = isp.ask(`/api/conexiones/${id_conexion}/reactivar`);
  const task = await isp.agent.next('router.reactivate', id_conexion);
  expect(task.task.entries).toEqual(secretOf('as it was'));
  await isp.agent.end(task, 'router.reactivated');
  expect((await asked).body).toMatchObject({ success: true, message: 'Conexión reactivada' });
  const { estado, historial } = await isp.connection(id_conexion);
  expect([estado, historial.map(({ que }: { que: string }) => que)]).toEqual(['activa', ['reactivada', 'suspendida', 'creada']]);
  const { entries } = (await isp.hub.admin.send('GET', `/api/audit?subject_kind=conexion&subject_id=${id_conexion}`)).body;
  expect(entries.map(({ action }: { action: string }) => action)).toEqual(['conexion.reactivar', 'conexion.suspender', 'conexion.crear']);
  expect([entries[1].before.estado, entries[1].after.estado]).toEqual(['activa', 'suspendida']);
});

test('one that is so already says so, and the router is not asked', async () => {
  const { id_conexion } = await isp.connect();
  expect((await isp.ask(`/api/conexiones/${id_conexion}/reactivar`, {}, under('active'))).status).toBe(200);
  expect((await isp.operation('active')).steps[0]).toMatchObject({ status: 'completed', code: 'isp.already_active' });
  await suspend(id_conexion);
  expect((await isp.ask(`/api/conexiones/${id_conexion}/suspender`, {}, under('suspended'))).status).toBe(200);
  expect((await isp.operation('suspended')).steps[0]).toMatchObject({ status: 'completed', code: 'isp.already_suspended' });
  expect([isp.agent.hasNone('router.suspend', id_conexion), isp.agent.hasNone('router.reactivate', id_conexion)]).toEqual([true, true]);
});

test('one that the router refused leaves the record as it was, and can be tried again under its id', async () => {
  const { id_conexion } = await isp.connect();
  const failing = isp.ask(`/api/conexiones/${id_conexion}/suspender`, {}, under('tried'));
  await isp.agent.fail(await isp.agent.next('router.suspend', id_conexion), 'router.refused', { reason: 'read-only' });
  expect((await failing).body).toMatchObject({ success: false, code: 'router_failed' });
  expect((await isp.connection(id_conexion)).estado).toBe('activa');
  const again = isp.ask(`/api/conexiones/${id_conexion}/suspender`, {}, under('tried'));
  await isp.agent.end(await isp.agent.next('router.suspend', id_conexion), 'router.suspended', { entries: [] });
  expect((await again).status).toBe(200);
  expect((await isp.operation('tried')).state).toBe('completed');
});

test('on no router changes the record alone', async () => {
  const { id_conexion } = await isp.connect({ id_router: null });
  expect((await isp.ask(`/api/conexiones/${id_conexion}/suspender`)).status).toBe(200);
  expect((await isp.connection(id_conexion)).estado).toBe('suspendida');
  expect((await isp.ask(`/api/conexiones/${id_conexion}/reactivar`)).status).toBe(200);
  expect((await isp.connection(id_conexion)).estado).toBe('activa');
});

test('a suspended connection that is removed and put back is suspended again', async () => {
  const { id_conexion } = await isp.connect({ id_router: null });
  await isp.ask(`/api/conexiones/${id_conexion}/suspender`);
  await isp.ask(`/api/conexiones/${id_conexion}/eliminar`);
  expect((await isp.ask(`/api/conexiones/${id_conexion}/suspender`)).body.code).toBe('record_removed');
  expect((await isp.ask(`/api/conexiones/${id_conexion}/restaurar`)).status).toBe(200);
  expect((await isp.connection(id_conexion)).estado).toBe('suspendida');
});
