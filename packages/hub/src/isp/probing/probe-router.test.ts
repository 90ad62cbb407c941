// What a program is told of a router whose key nobody approved.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type IspHub, startIspHub } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ ISP_WAIT_DEFAULT_MS: '5000' });
});
afterAll(() => isp.stop());

async function probe(end: (task: Awaited<ReturnType<IspHub['agent']['next']>>) => Promise<void>) {
  const asked = isp.ask(`/api/routers/${isp.router}/probar`);
  await end(await isp.agent.next('router.probe'));
  return asked;
}

test.each(['router.identity_unknown', 'router.identity_changed'])('a refusal for %s names the key that the router showed', async (code) => {
  const pin = 'A'.repeat(43);
  const { status, body } = await probe((task) => isp.agent.fail(task, code, { pin }));
  expect([status, body.code, body.step_code, body.pin]).toEqual([502, 'router_failed', code, pin]);
});

test('any other refusal names none', async () => {
  const { status, body } = await probe((task) => isp.agent.fail(task, 'router.refused', { reason: 'no', pin: 'x' }));
  expect(status).toBe(502);
  expect(body).not.toHaveProperty('pin');
});
