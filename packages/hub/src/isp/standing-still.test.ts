// Of which operations on connections somebody is told that they go no further by themselves.
import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Person } from '../http/hub.fixture.ts';
import { type IspHub, startIspHub, under } from './isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ TICK_INTERVAL_MS: '1', ISP_WAIT_DEFAULT_MS: '5000' });
});
afterAll(() => isp.stop());

const still = async (person: Person = isp.operator) => (await person.send('GET', '/api/attention')).body.operations_standing_still;

test('a removal that failed at its router, until it is tried again', async () => {
  const { id_conexion } = await isp.connect();
  const path = `/api/conexiones/${id_conexion}/eliminar`;
  const asked = isp.ask(path, {}, under('broken'));
  const task = await isp.agent.next('router.remove', id_conexion);
  expect(await still()).toEqual({ count: 0, operations: [] });
  await isp.agent.fail(task, 'router.credentials_refused');
  expect((await asked).status).toBe(502);
  const told = { operation_id: 'broken', user_id: isp.operator.userId, state: 'in_progress', id_conexion, message: expect.stringContaining('contraseña') };
  expect(await still()).toMatchObject({ count: 1, operations: [told] });
  expect((await still(isp.hub.admin)).count).toBe(1);
  expect((await still(await isp.hub.person('otra@example.com'))).count).toBe(0);
  const again = isp.ask(path, {}, under('broken'));
  await isp.agent.remove(id_conexion);
  expect((await again).status).toBe(200);
  expect((await still()).count).toBe(0);
  expect((await isp.connection(id_conexion)).estado).toBe('eliminada');
});

test('one that somebody makes step by step, when its next step was not asked for within a minute', async () => {
  const { id_conexion } = await isp.connect();
  await isp.ask('/api/conexiones/quitar-asignacion', { id_conexion }, under('left'));
  expect((await still()).count).toBe(0);
  using database = new Database(join(isp.hub.dataDir, 'hub.db'));
  const earlier = new Date(Date.now() - 61_000).toISOString();
  database.run('UPDATE isp_step SET updated_at = ? WHERE operation_id = ?', [earlier, 'left']);
  expect(await still()).toMatchObject({ count: 1, operations: [{ operation_id: 'left', id_conexion, message: '' }] });
  await isp.operator.send('POST', '/api/operations/left/stop', { json: {} });
  expect((await still()).count).toBe(0);
});
