// A router is given to another agent while a removal waits for the first, with real agents and a played router: the customer goes once, by the one that the router has.
import { afterEach, expect, test } from 'bun:test';
import { runAgent, untilStatus } from './harness/agent.ts';
import { untilEnded } from './harness/deliveries.ts';
import { heldByRouter, type IspCustomer, runIspSite } from './harness/isp.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const scope = new Scope();
afterEach(() => scope.end());

const ana: IspCustomer = { cliente: 'Ana', direccion_ip: '10.8.0.5', usuario_ppp: 'ana', mac: '4C:5E:0C:AA:BB:05' };
const luis: IspCustomer = { cliente: 'Luis', direccion_ip: '10.8.0.6', usuario_ppp: 'luis', mac: '4C:5E:0C:AA:BB:06' };

test('what waited for the agent that was away is done by the other one, and not again when that returns', async () => {
  const { hub, agent, router, routerId, connections } = await runIspSite(scope, [ana, luis]);
  const second = await runAgent(scope, hub, { name: 'sede-nueva' });
  const watcher = new Watcher(scope, hub.admin);
  watcher.follow('moved');
  await agent.stop();
  await untilStatus(hub.admin, agent.id, 'offline');
  const headers = { 'x-operation-id': 'moved', prefer: 'respond-async' };
  await hub.admin.ask('POST', `/api/conexiones/${connections.get(ana.direccion_ip)}/eliminar`, { json: {}, headers });
  await until('it waits for the agent', async () => (await hub.admin.ask('GET', `/api/agents/${agent.id}`)).tasks_waiting === 1);

  await hub.admin.ask('PATCH', `/api/routers/${routerId}`, { json: { agent_id: second.id } });
  expect((await untilEnded(hub.admin, 'moved')).state).toBe('completed');
  await watcher.untilState('moved', 'completed');
  expect(faultsOf(watcher.seen('moved'))).toEqual([]);
  expect([heldByRouter(router, ana).length, heldByRouter(router, luis).length]).toEqual([0, 4]);

  await agent.start();
  await untilStatus(hub.admin, agent.id, 'online');
  const history = async (id: string) => (await hub.admin.ask('GET', `/api/agents/${id}/history`)).tasks.map(({ kind }: { kind: string }) => kind);
  expect([await history(agent.id), await history(second.id)]).toEqual([[], ['router.remove']]);
  expect((await hub.admin.ask('GET', `/api/agents/${agent.id}`)).tasks_waiting).toBe(0);
}, 120_000);

test('what the former agent was killed over stays with it, and a revocation frees the customer for the other one', async () => {
  const { hub, agent, router, routerId, connections } = await runIspSite(scope, [ana]);
  const second = await runAgent(scope, hub, { name: 'sede-nueva' });
  const path = `/api/conexiones/${connections.get(ana.direccion_ip)}/eliminar`;
  // A router that does not answer.
  router.onRequest = () => new Promise(() => {});
  await hub.admin.ask('POST', path, { json: {}, headers: { 'x-operation-id': 'orphan', prefer: 'respond-async' } });
  const stepIs = (what: string, wanted: (step: { status: string; code: string }) => boolean) =>
    until(what, async () => {
      const { steps } = await hub.admin.ask('GET', '/api/operations/orphan');
      return steps.some((step: { step: string; status: string; code: string }) => step.step === 'remove-router' && wanted(step));
    });
  await stepIs('the agent has begun', ({ status }) => status === 'in_progress');
  await agent.kill();
  await untilStatus(hub.admin, agent.id, 'offline');
  await hub.admin.ask('PATCH', `/api/routers/${routerId}`, { json: { agent_id: second.id } });
  await stepIs('it says who has it', ({ status, code }) => status === 'in_progress' && code === 'router.left_behind');
  expect((await hub.admin.ask('GET', `/api/agents/${second.id}`)).tasks_waiting).toBe(0);

  await hub.admin.send('DELETE', `/api/agents/${agent.id}`);
  await stepIs('it ended with its agent', ({ status, code }) => status === 'error' && code === 'step.agent_revoked');
  router.onRequest = (_request, usual) => usual();
  await hub.admin.ask('POST', path, { json: {}, headers: { 'x-operation-id': 'orphan', prefer: 'respond-async' } });
  expect((await untilEnded(hub.admin, 'orphan')).state).toBe('completed');
  expect(heldByRouter(router, ana)).toEqual([]);
}, 120_000);
