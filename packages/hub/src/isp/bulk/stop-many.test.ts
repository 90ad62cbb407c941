// Stopping work on very many connections: few commits, in order, and everybody else is served meanwhile.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, startIspHub, under } from '../isp-hub.fixture.ts';
import { settledAtOnceMax } from '../works/open-steps.ts';
import { importMany, rowsOf } from './many-connections.fixture.ts';

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

test('settles thousands of steps that have not begun in order, some hundreds with one commit', async () => {
  const ids = await importMany(isp, count);
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

  const moments = rowsOf<{ rows: number }>(isp, `SELECT count(*) AS rows FROM isp_step WHERE operation_id = 'many' AND state = 'error' GROUP BY updated_at`);
  expect(moments.reduce((sum, { rows }) => sum + rows, 0)).toBe(count);
  expect(moments.length).toBeLessThanOrEqual(Math.ceil(count / settledAtOnceMax) + perRouter);
  // The agent was never sent what had begun, and is told all the same not to do it.
  await isp.agent.comeBack();
  const tasks = (kind: string) => isp.agent.tasks().filter(({ task }) => task.kind === kind);
  await eventually(async () => tasks('task.stop').length === perRouter);
  expect(tasks('router.suspend')).toEqual([]);
});
