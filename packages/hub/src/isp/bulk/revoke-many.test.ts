// Work on very many connections whose agent is revoked in the middle: few commits, in order, and what needs no router is done all the same.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, startIspHub, under } from '../isp-hub.fixture.ts';
import { settledAtOnceMax } from '../works/open-steps.ts';
import { importMany, rowsOf } from './many-connections.fixture.ts';

let isp: IspHub;
const count = settledAtOnceMax * 2 + 10;
const perRouter = 3;

beforeAll(async () => {
  isp = await startIspHub({ ISP_BULK_PER_ROUTER_MAX: String(perRouter), ISP_BULK_MAX: String(count + 1) });
});
afterAll(() => isp.stop());

interface Shown {
  state: string;
  steps: { step: string; status: string; code: string; seq: number }[];
}

test('thousands of steps that wait for a router nobody is at end in order, some hundreds with one commit', async () => {
  const ids = await importMany(isp, count);
  const { id_conexion: suspended } = await isp.connect({ estado: 'suspendida' });
  expect((await isp.ask('/api/conexiones/suspender', { ids_conexion: [...ids, suspended] }, under('many'))).status).toBe(202);
  const [first] = ids;
  await isp.agent.begin(await isp.agent.next('router.suspend', first));
  await eventually(async () => (await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}`)).body.tasks_waiting === perRouter);

  expect((await isp.hub.admin.send('DELETE', `/api/agents/${isp.agent.id}`)).status).toBe(204);
  await eventually(() => Promise.resolve(rowsOf(isp, `SELECT 1 FROM operation WHERE id = 'many' AND state = 'error'`).length === 1));
  const ended: Shown = await isp.operation('many');
  expect(ended.steps.map(({ step }) => step)).toEqual([...ids, suspended].map((id) => `conexion:${id}`));
  expect(new Set(ended.steps.slice(0, perRouter).map(({ code }) => code))).toEqual(new Set(['step.agent_revoked']));
  const waited = ended.steps.slice(perRouter, -1);
  expect(new Set(waited.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['error router.not_configured']));
  // Shown one after the other, with no number in between.
  expect(waited.map(({ seq }) => seq)).toEqual(waited.map((_, n) => (waited[0]?.seq ?? 0) + n));
  // What is so already needs no router.
  expect(ended.steps.at(-1)).toMatchObject({ status: 'completed', code: 'isp.already_suspended' });

  const moments = rowsOf<{ rows: number }>(
    isp,
    `SELECT count(*) AS rows FROM isp_step WHERE operation_id = 'many' AND state = 'error' AND code = 'router.not_configured' GROUP BY updated_at`,
  );
  expect(moments.reduce((sum, { rows }) => sum + rows, 0)).toBe(waited.length);
  expect(moments.length).toBeLessThanOrEqual(Math.ceil((count + 1) / settledAtOnceMax) + perRouter);
});
