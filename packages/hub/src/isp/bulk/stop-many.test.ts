// Stopping work on very many connections: few commits, in order, and everybody else is served meanwhile.
import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, startIspHub, under } from '../isp-hub.fixture.ts';
import { settledAtOnceMax } from '../works/open-steps.ts';

let isp: IspHub;
const count = settledAtOnceMax * 2 + 10;
const perRouter = 3;

beforeAll(async () => {
  isp = await startIspHub({ ISP_BULK_PER_ROUTER_MAX: String(perRouter), ISP_BULK_MAX: String(count), STOP_TIMEOUT_MS: '60000' });
});
afterAll(() => isp.stop());

interface Shown {
  state: string;
  steps: { step: string; status: string; code: string; seq: number }[];
}

async function importMany(): Promise<number[]> {
  const lines = Array.from({ length: count }, (_, n) => `Cliente ${n},10.99.${n >> 8}.${n & 255},Router ${isp.agent.id}`);
  const headers = { ...under('imported'), 'content-type': 'text/csv' };
  await isp.operator.send('POST', '/api/conexiones/importar', { body: ['cliente,direccion_ip,router', ...lines].join('\n'), headers });
  await eventually(async () => (await isp.operation('imported')).state === 'completed');
  const database = new Database(join(isp.hub.dataDir, 'hub.db'), { readonly: true });
  const rows = database.query<{ id_conexion: number }, []>('SELECT id_conexion FROM connection ORDER BY id_conexion').all();
  database.close();
  return rows.map(({ id_conexion }) => id_conexion);
}

test('settles thousands of steps that have not begun in order, some hundreds with one commit', async () => {
  const ids = await importMany();
  expect(ids).toHaveLength(count);
  await isp.agent.leave();
  expect((await isp.ask('/api/conexiones/suspender', { ids_conexion: ids }, under('many'))).status).toBe(202);
  await eventually(async () => (await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}`)).body.tasks_waiting === perRouter);

  expect((await isp.operator.send('POST', '/api/operations/many/stop')).status).toBe(202);
  const { state, steps }: Shown = await isp.operation('many');
  expect(state).toBe('stopped');
  expect(steps.map(({ step }) => step)).toEqual(ids.map((id) => `conexion:${id}`));
  expect(new Set(steps.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['error step.stopped']));
  // Shown one after the other, with no number in between.
  const unbegun = steps.slice(perRouter).map(({ seq }) => seq);
  expect(unbegun).toEqual(unbegun.map((_, n) => (unbegun[0] ?? 0) + n));

  const database = new Database(join(isp.hub.dataDir, 'hub.db'), { readonly: true });
  const written = database.query<{ at: string; rows: number }, [string]>(
    `SELECT updated_at AS at, count(*) AS rows FROM isp_step WHERE operation_id = ? AND state = 'error' GROUP BY updated_at`,
  );
  const moments = written.all('many');
  database.close();
  expect(moments.reduce((sum, { rows }) => sum + rows, 0)).toBe(count);
  expect(moments.length).toBeLessThanOrEqual(Math.ceil(count / settledAtOnceMax) + perRouter);
  // The agent was never sent what had begun, and is told all the same not to do it.
  await isp.agent.comeBack();
  const tasks = (kind: string) => isp.agent.tasks().filter(({ task }) => task.kind === kind);
  await eventually(async () => tasks('task.stop').length === perRouter);
  expect(tasks('router.suspend')).toEqual([]);
});
