// Until when an undo is offered: in the connection and in the steps that took something, and never when it would be refused.

import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, secretOf, startIspHub, under } from '../isp-hub.fixture.ts';

const undoMaxMs = 3_600_000;
let isp: IspHub;
beforeAll(async () => {
  isp = await startIspHub({ ISP_WAIT_DEFAULT_MS: '5000', ISP_UNDO_MAX_MS: String(undoMaxMs) });
});
afterAll(() => isp.stop());

const restore = (id: number) => isp.ask(`/api/conexiones/${id}/restaurar`);
const timesOf = async (operation: string) => (await isp.operation(operation)).steps.map(({ undo_until }: { undo_until?: string }) => undo_until ?? null);
async function remove(id: number, operation: string) {
  const asked = isp.ask(`/api/conexiones/${id}/eliminar`, {}, under(operation));
  await isp.agent.remove(id, secretOf('cliente'));
  await asked;
}

describe('an undo', () => {
  test('is possible for the time that what was removed is kept, in the connection and in each step, and not after it was made', async () => {
    const { id_conexion } = await isp.connect();
    expect(await isp.connection(id_conexion)).toMatchObject({ undo_until: null, undo_blocked_by: null, busy: false });
    const before = Date.now();
    await remove(id_conexion, 'windowed');
    const { undo_until } = await isp.connection(id_conexion);
    expect(Date.parse(undo_until) - undoMaxMs).toBeWithin(before, Date.now() + 1);
    expect(await timesOf('windowed')).toEqual([undo_until, undo_until, undo_until]);
    const restoring = restore(id_conexion);
    const task = await isp.agent.next('router.restore', id_conexion);
    expect(await isp.connection(id_conexion)).toMatchObject({ busy: true });
    await isp.agent.end(task, 'router.restored', { entries: secretOf('cliente') });
    expect((await restoring).status).toBe(200);
    expect(await isp.connection(id_conexion)).toMatchObject({ undo_until: null, busy: false });
    expect(await timesOf('windowed')).toEqual([null, null, null]);
  });

  test('of a half-done removal is possible too, of the step that took something', async () => {
    const { id_conexion } = await isp.connect();
    const failing = isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('half-window'));
    await isp.agent.fail(await isp.agent.next('router.remove', id_conexion), 'router.unreachable', { reason: 'no route' });
    await failing;
    const { undo_until, estado } = await isp.connection(id_conexion);
    expect([estado, await timesOf('half-window')]).toEqual(['activa', [undo_until, null, null]]);
    expect(undo_until).toBeString();
  });

  test('of each connection of a bulk removal is possible, and told in its own step', async () => {
    const ids = [];
    for (let number = 0; number < 2; number += 1) ids.push((await isp.connect({ id_router: null })).id_conexion);
    await isp.ask('/api/conexiones/eliminar', { ids_conexion: ids }, under('bulk-window'));
    await eventually(async () => (await isp.operation('bulk-window')).state === 'completed');
    expect(await timesOf('bulk-window')).toEqual(await Promise.all(ids.map(async (id) => (await isp.connection(id)).undo_until)));
    await restore(ids[0] ?? 0);
    expect((await timesOf('bulk-window')).map((time: string | null) => time === null)).toEqual([true, false]);
  });

  test('belongs to the removal that was made last', async () => {
    const { id_conexion } = await isp.connect({ id_router: null });
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('first-window'));
    await restore(id_conexion);
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('second-window'));
    expect((await timesOf('first-window')).filter(Boolean)).toEqual([]);
    expect((await timesOf('second-window')).filter(Boolean)).toHaveLength(3);
  });

  test('names the connection that has its address by now, and is refused', async () => {
    const { id_conexion, direccion_ip } = await isp.connect({ id_router: null, usuario_ppp: null });
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`);
    const other = await isp.connect({ id_router: null, direccion_ip });
    expect(await isp.connection(id_conexion)).toMatchObject({ undo_until: expect.any(String), undo_blocked_by: other.id_conexion });
    expect((await restore(id_conexion)).body.code).toBe('record_exists');
  });

  test('is over when the time is, also before what was kept is forgotten', async () => {
    const { id_conexion } = await isp.connect({ id_router: null });
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('over'));
    const file = new Database(join(isp.hub.dataDir, 'hub.db'));
    file.run('UPDATE connection_kept SET at = ? WHERE id_conexion = ?', [new Date(Date.now() - undoMaxMs - 1000).toISOString(), id_conexion]);
    file.close();
    expect(await isp.connection(id_conexion)).toMatchObject({ estado: 'eliminada', undo_until: null });
    expect((await timesOf('over')).filter(Boolean)).toEqual([]);
    expect((await restore(id_conexion)).body.code).toBe('undo_expired');
  });
});
