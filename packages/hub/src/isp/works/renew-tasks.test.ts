// A router is given to another agent, or is reached otherwise, while its tasks wait: what no agent can have begun follows the record.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { createSealingKey, unseal } from '@relevo/protocol';
import { openHubDatabase } from '../../database/database.ts';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, type MadeConnection, RouterAgent, routerOf, routerPassword, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;
let south: RouterAgent;
let router: number;
let made = 0;

beforeAll(async () => {
  isp = await startIspHub({ TICK_INTERVAL_MS: '1', ISP_BULK_PER_ROUTER_MAX: '2', STOP_TIMEOUT_MS: '60000' });
});
afterAll(() => isp.stop());

/** A router of its own at the north, and another agent at the south, for every test. */
beforeEach(async () => {
  made += 1;
  south = new RouterAgent(isp.hub, `sede sur ${made}`);
  south.sealingKey = await createSealingKey();
  await south.join();
  router = (await isp.operator.send('POST', '/api/routers', { json: routerOf(isp.agent.id, { nombre: `router ${made}` }) })).body.id_router;
});

const change = async (json: object) => expect((await isp.operator.send('PATCH', `/api/routers/${router}`, { json })).status).toBe(200);
/** Of an operation on many, the first. */
const stepOf = async (id: string) => {
  const { steps } = await isp.operation(id);
  return steps.find(({ step }: { step: string }) => step === 'remove-router') ?? steps[0];
};
const stepSays = (id: string, code: string) =>
  eventually(async () => {
    const step = await stepOf(id);
    return step.code === code && step;
  });
const remove = (id: string, { direccion_ip }: MadeConnection) =>
  isp.ask('/api/routers/quitar-conexion', { direccion_ip }, under(id, { prefer: 'respond-async', 'accept-language': 'en' }));
const nothingOf = (agent: RouterAgent, { id_conexion }: MadeConnection) => agent.hasNone('router.remove', id_conexion);

test('a task that waits for an agent that is away goes to the agent that the router is given to, sealed to it, and to it alone', async () => {
  const connection = await isp.connect({ id_router: router });
  await isp.agent.leave();
  await remove('moved', connection);
  await stepSays('moved', 'router.agent_offline');
  await change({ agent_id: south.id });
  const task = await south.next('router.remove', connection.id_conexion);
  const key = south.sealingKey ?? (await createSealingKey());
  expect(JSON.parse(await unseal(task.task.router.sealed_credentials, key))).toEqual({ username: 'relevo', password: routerPassword });
  expect((await stepOf('moved')).code).toBe('router.queued');
  await south.end(task, 'router.removed', { entries: [] });
  await stepSays('moved', 'router.removed');
  await isp.agent.comeBack();
  expect(nothingOf(isp.agent, connection)).toBe(true);
});

test('a task that its agent may have begun stays with it, and says so; it is done there when that agent returns', async () => {
  const connection = await isp.connect({ id_router: router });
  await remove('begun', connection);
  const task = await isp.agent.next('router.remove', connection.id_conexion);
  await isp.agent.begin(task, { entries: [] });
  await isp.agent.leave();
  await change({ agent_id: south.id });
  const { status, message } = await stepSays('begun', 'router.left_behind');
  expect([status, message]).toEqual(['in_progress', expect.stringMatching(/^Agent sede norte may have begun this before/)]);
  expect(nothingOf(south, connection)).toBe(true);
  await isp.agent.comeBack();
  await isp.agent.end(task, 'router.removed', { entries: [] });
  await stepSays('begun', 'router.removed');
});

test('such a task ends with its agent, and what is then asked for again is done by the other one', async () => {
  const north = new RouterAgent(isp.hub, 'sede norte vieja');
  north.sealingKey = await createSealingKey();
  await north.join();
  await change({ agent_id: north.id });
  const connection = await isp.connect({ id_router: router });
  await remove('orphan', connection);
  await north.next('router.remove', connection.id_conexion);
  await north.leave();
  await change({ agent_id: south.id });
  await stepSays('orphan', 'router.left_behind');
  await isp.hub.admin.send('DELETE', `/api/agents/${north.id}`);
  expect((await stepSays('orphan', 'step.agent_revoked')).status).toBe('error');
  await remove('orphan', connection);
  await south.remove(connection.id_conexion);
  await stepSays('orphan', 'router.removed');
});

test('a task that was sent to an agent that is here stays with it', async () => {
  const connection = await isp.connect({ id_router: router });
  await remove('sent', connection);
  const task = await isp.agent.next('router.remove', connection.id_conexion);
  await change({ agent_id: south.id });
  await isp.agent.end(task, 'router.removed', { entries: [] });
  await stepSays('sent', 'router.removed');
  expect(nothingOf(south, connection)).toBe(true);
});

test('a task that waits takes the address and the credentials that the router is given, and keeps its place when only the name changes', async () => {
  const connection = await isp.connect({ id_router: router });
  await isp.agent.leave();
  await remove('readdressed', connection);
  const waiting = async () => (await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}/tasks`)).body.tasks[0]?.task_id;
  const first = await waiting();
  await change({ nombre: `renamed ${made}` });
  expect(await waiting()).toBe(first);
  await change({ host: '192.0.2.77', credentials: { username: 'relevo', password: 'another' } });
  await eventually(async () => ![undefined, first].includes(await waiting()));
  await isp.agent.comeBack();
  const task = await isp.agent.next('router.remove', connection.id_conexion);
  expect(task.task.router.host).toBe('192.0.2.77');
  const credentials = await unseal(task.task.router.sealed_credentials, isp.agent.sealingKey ?? (await createSealingKey()));
  expect(JSON.parse(credentials).password).toBe('another');
  await isp.agent.end(task, 'router.removed', { entries: [] });
  await stepSays('readdressed', 'router.removed');
});

test('a router that is left without an agent ends what waits with an error that says so', async () => {
  const connection = await isp.connect({ id_router: router });
  await isp.agent.leave();
  await remove('left-alone', connection);
  await change({ agent_id: null });
  expect((await stepSays('left-alone', 'router.not_configured')).status).toBe('error');
  expect((await isp.hub.admin.send('GET', `/api/agents/${isp.agent.id}`)).body.tasks_waiting).toBe(0);
  await isp.agent.comeBack();
});

test('work on many goes on with the other agent, what was handed over and what was not', async () => {
  const connections = [];
  for (let count = 0; count < 5; count += 1) connections.push(await isp.connect({ id_router: router }));
  await isp.agent.leave();
  const ids = connections.map(({ id_conexion }) => id_conexion);
  await isp.ask('/api/conexiones/eliminar', { ids_conexion: ids }, under('many-moved'));
  await stepSays('many-moved', 'router.agent_offline');
  await change({ agent_id: south.id });
  for (const id of ids) await south.remove(id);
  await eventually(async () => (await isp.operation('many-moved')).state === 'completed');
  await isp.agent.comeBack();
  expect(connections.every((connection) => nothingOf(isp.agent, connection))).toBe(true);
});

test('a hub that was killed right after the change hands the task over when it is back', async () => {
  const connection = await isp.connect({ id_router: router });
  await isp.agent.leave();
  await remove('killed', connection);
  await stepSays('killed', 'router.agent_offline');
  const { db } = await openHubDatabase(isp.hub.dataDir);
  await db.updateTable('router').set({ agent_id: south.id, updated_at: new Date().toISOString() }).where('id_router', '=', router).execute();
  await db.destroy();
  await isp.hub.restart();
  await south.comeBack();
  await south.remove(connection.id_conexion);
  await stepSays('killed', 'router.removed');
  await isp.agent.comeBack();
  expect(nothingOf(isp.agent, connection)).toBe(true);
});
