// How long a request waits for a router, what happens while its agent or the hub is away, and how a removal is stopped or left alone.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openHubDatabase } from '../../database/database.ts';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, secretOf, startIspHub, under } from '../isp-hub.fixture.ts';

let isp: IspHub;

beforeAll(async () => {
  isp = await startIspHub({ TICK_INTERVAL_MS: '1', ISP_WAIT_DEFAULT_MS: '200', ISP_WAIT_MAX_MS: '5000', STOP_TIMEOUT_MS: '60000' });
});
afterAll(() => isp.stop());

const removeService = '/api/conexiones/quitar-asignacion';
const removeRouter = '/api/routers/quitar-conexion';
const removeConfig = '/api/configuracion/eliminar';
const stepOf = async (id: string, name: string) => (await isp.operation(id)).steps.find(({ step }: { step: string }) => step === name);
const stepIs = (id: string, name: string, status: string) =>
  eventually(async () => {
    const step = await stepOf(id, name);
    return step?.status === status && step;
  });
const ended = (id: string) =>
  eventually(async () => {
    const operation = await isp.operation(id);
    return ['completed', 'error', 'stopped'].includes(operation.state) && operation;
  });

describe('a request', () => {
  test('that waited long enough is answered with 504, the work goes on, and the same request attaches to it', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const late = await isp.ask(removeRouter, { direccion_ip }, under('late'));
    expect([late.status, late.body.success, late.body.code]).toEqual([504, false, 'wait_over']);
    expect(late.body.message).toStartWith('Sigue en curso: ');
    expect((await stepOf('late', 'remove-router')).status).toBe('pending');
    const again = isp.ask(removeRouter, { direccion_ip }, under('late', { prefer: 'wait=5' }));
    await isp.agent.remove(id_conexion);
    const answer = await again;
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, 'wait=5']);
  });

  test('waits no longer than it may', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const began = performance.now();
    const { status, headers } = await isp.ask(removeRouter, { direccion_ip }, under('impatient', { prefer: 'wait=0' }));
    expect([status, headers.get('preference-applied')]).toEqual([504, 'wait=0']);
    expect(performance.now() - began).toBeLessThan(5000);
    const bounded = await isp.ask(removeRouter, { direccion_ip }, under('impatient', { prefer: 'wait=100000' }));
    expect([bounded.status, bounded.headers.get('preference-applied')]).toEqual([504, 'wait=5']);
    await isp.agent.remove(id_conexion);
  });

  test('that prefers no outcome is answered with 202 at once', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const { status, body, headers } = await isp.ask(removeRouter, { direccion_ip }, under('async', { prefer: 'respond-async' }));
    expect([status, body.success, body.operation_id, headers.get('preference-applied')]).toEqual([202, true, 'async', 'respond-async']);
    await isp.agent.remove(id_conexion);
    await stepIs('async', 'remove-router', 'completed');
    expect((await isp.ask(removeRouter, { direccion_ip }, under('async', { prefer: 'respond-async, wait=1' }))).status).toBe(200);
  });

  test('that prefers no outcome but can wait a little gets the outcome when it comes in time, else 202', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const late = await isp.ask(removeRouter, { direccion_ip }, under('both', { prefer: 'respond-async, wait=0' }));
    expect([late.status, late.headers.get('preference-applied')]).toEqual([202, 'respond-async, wait=0']);
    const asked = isp.ask(removeRouter, { direccion_ip }, under('both', { prefer: 'wait=5, respond-async' }));
    await isp.agent.remove(id_conexion);
    expect((await asked).status).toBe(200);
  });
});

describe('while the agent is away', () => {
  test('the step is pending and says so, the request ends in 504, and the work goes on when it returns', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    await isp.agent.leave();
    expect((await isp.ask(removeService, { id_conexion }, under('away'))).status).toBe(200);
    const { status, body } = await isp.ask(removeRouter, { direccion_ip }, under('away'));
    expect([status, body.code]).toEqual([504, 'wait_over']);
    expect(body.message).toContain('desconectado');
    expect(await stepOf('away', 'remove-router')).toMatchObject({ status: 'pending', code: 'router.agent_offline' });
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('away'))).body.code).toBe('router_not_removed');
    await isp.agent.comeBack();
    await isp.agent.remove(id_conexion);
    await stepIs('away', 'remove-router', 'completed');
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('away'))).status).toBe(200);
    expect((await isp.operation('away')).state).toBe('completed');
  });

  test('a stop takes back what it has not got', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    await isp.agent.leave();
    await isp.ask(removeRouter, { direccion_ip }, under('taken-back'));
    await isp.operator.send('POST', '/api/operations/taken-back/stop');
    expect((await ended('taken-back')).state).toBe('stopped');
    await isp.agent.comeBack();
    const again = isp.ask(removeRouter, { direccion_ip }, under('taken-back-2', { prefer: 'wait=5' }));
    await isp.agent.remove(id_conexion);
    expect((await again).status).toBe(200);
    expect(isp.agent.tasks().filter(({ task }) => task.kind === 'router.remove')).toHaveLength(1);
  });

  test('what it may have begun before a stop still counts when it returns and says that it was done', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect();
    const asked = isp.ask(removeRouter, { direccion_ip }, under('done-all-the-same', { prefer: 'wait=5' }));
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(task, { entries: secretOf('cliente') });
    await isp.agent.leave();
    await isp.operator.send('POST', '/api/operations/done-all-the-same/stop');
    expect((await asked).body.code).toBe('operation_ended');
    expect((await ended('done-all-the-same')).state).toBe('stopped');
    await isp.agent.comeBack();
    await isp.agent.end(task, 'router.removed', { entries: secretOf('cliente') });
    const { historial } = await isp.connection(id_conexion);
    expect(historial[0]).toMatchObject({ que: 'quitada_del_router', operation_id: 'done-all-the-same' });
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario })).status).toBe(200);
  });
});

describe('a stop', () => {
  test('of running work reaches the agent, and the operation ends as it says', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const asked = isp.ask(removeRouter, { direccion_ip }, under('stopped', { prefer: 'wait=5' }));
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(task);
    await isp.operator.send('POST', '/api/operations/stopped/stop');
    await isp.agent.task(({ kind, task_id }) => kind === 'task.stop' && task_id === task.task_id);
    await isp.agent.fail(task, 'step.stopped');
    expect((await asked).body).toMatchObject({ success: false, code: 'operation_ended', step_code: 'step.stopped' });
    expect((await ended('stopped')).state).toBe('stopped');
    expect((await isp.ask(removeRouter, { direccion_ip }, under('stopped'))).body.code).toBe('operation_ended');
  });

  test('over the socket, with nothing running, closes the operation with the outcome of its steps', async () => {
    const { id_conexion } = await isp.connect();
    const socket = await isp.operator.watch();
    await isp.ask(removeService, { id_conexion }, under('closed'));
    socket.send({ type: 'start_operation', operation_id: 'closed' });
    socket.send({ type: 'stop_operation', operation_id: 'closed' });
    await socket.next(({ type, state }) => type === 'operation' && state === 'stopped');
    expect((await stepOf('closed', 'remove-service')).status).toBe('completed');
    expect((await stepOf('closed', 'remove-config')).status).toBe('error');
    expect((await isp.ask(removeService, { id_conexion }, under('closed'))).status).toBe(200);
    socket.close();
  });
});

describe('a restart of the hub', () => {
  test('while the agent works loses nothing: the report that comes after it ends the step', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    const asked = isp.ask(removeRouter, { direccion_ip }, under('restarted', { prefer: 'wait=5' })).catch((error: Error) => error);
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(task, { entries: secretOf('cliente') });
    await isp.hub.restart();
    const answer = await asked;
    if (!(answer instanceof Error)) expect([answer.status, answer.body.success, answer.body.code]).toEqual([503, false, 'draining']);
    expect((await stepOf('restarted', 'remove-router')).status).toBe('in_progress');
    await isp.agent.comeBack();
    const again = isp.ask(removeRouter, { direccion_ip }, under('restarted', { prefer: 'wait=5' }));
    await isp.agent.end(task, 'router.removed');
    expect((await again).status).toBe(200);
    expect((await isp.connection(id_conexion)).historial[0].before.entradas).toHaveLength(1);
  });

  test('before the agent got the task hands it over afterwards, once', async () => {
    const { id_conexion, direccion_ip } = await isp.connect();
    await isp.agent.leave();
    await isp.ask(removeRouter, { direccion_ip }, under('queued', { prefer: 'respond-async' }));
    await isp.hub.restart();
    expect((await stepOf('queued', 'remove-router')).status).toBe('pending');
    await isp.agent.comeBack();
    await isp.agent.remove(id_conexion);
    await stepIs('queued', 'remove-router', 'completed');
    expect(isp.agent.hasNone('router.remove', id_conexion)).toBe(true);
  });

  test('between two steps goes on with the next request, and completed steps are answered as before', async () => {
    const { id_conexion, id_usuario, direccion_ip } = await isp.connect({ id_router: null });
    await isp.ask(removeService, { id_conexion }, under('between'));
    await isp.hub.restart();
    expect((await isp.ask(removeService, { id_conexion }, under('between'))).status).toBe(200);
    expect((await isp.ask(removeRouter, { direccion_ip }, under('between'))).status).toBe(200);
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('between'))).status).toBe(200);
    expect((await isp.operation('between')).state).toBe('completed');
    await isp.hub.restart();
    expect((await isp.ask(removeConfig, { id_conexion, id_usuario }, under('between'))).body.message).toBe('Configuración eliminada del sistema');
    await isp.agent.comeBack();
  });

  test('in the middle of a whole removal goes on with its last step by itself', async () => {
    const { id_conexion } = await isp.connect();
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('whole', { prefer: 'respond-async' }));
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.begin(task);
    await isp.hub.restart();
    await isp.agent.comeBack();
    await isp.agent.end(task, 'router.removed');
    expect((await ended('whole')).state).toBe('completed');
    expect((await isp.connection(id_conexion)).estado).toBe('eliminada');
  });

  test('after a step was written and before it was shown shows it', async () => {
    const { id_conexion } = await isp.connect();
    await isp.ask(`/api/conexiones/${id_conexion}/eliminar`, {}, under('unshown', { prefer: 'respond-async' }));
    const task = await isp.agent.next('router.remove', id_conexion);
    await isp.agent.leave();
    const { db } = await openHubDatabase(isp.hub.dataDir);
    const removed = { id_router: isp.router, router_removed: 1 };
    await db.updateTable('connection_kept').set(removed).where('id_conexion', '=', id_conexion).execute();
    const step = db.updateTable('isp_step').set({ state: 'completed', code: 'router.removed' });
    await step.where('operation_id', '=', 'unshown').where('step', '=', 'remove-router').execute();
    await db.deleteFrom('agent_task').where('id', '=', task.task_id).execute();
    await db.destroy();
    await isp.hub.restart();
    expect((await ended('unshown')).state).toBe('completed');
    await isp.agent.comeBack();
  });
});

test('an agent that is revoked ends its steps, and the connection is free for other work', async () => {
  const { id_conexion, direccion_ip } = await isp.connect();
  const asked = isp.ask(removeRouter, { direccion_ip }, under('revoked', { prefer: 'wait=5' }));
  await isp.agent.next('router.remove', id_conexion);
  await isp.hub.admin.send('DELETE', `/api/agents/${isp.agent.id}`);
  expect((await asked).body).toMatchObject({ success: false, step_code: 'step.agent_revoked' });
  expect((await isp.ask(removeService, { id_conexion })).status).toBe(200);
  expect((await isp.ask(removeRouter, { direccion_ip }, under('revoked'))).body.code).toBe('router_not_configured');
});

test('an operation that was left after an error is closed after a time', async () => {
  await isp.hub.restart({ ISP_OPERATION_SILENT_MAX_MS: '200' });
  const { id_conexion } = await isp.connect();
  await isp.ask(removeService, { id_conexion }, under('left'));
  const operation = await ended('left');
  expect([operation.state, operation.steps[1].code]).toEqual(['error', 'step.abandoned']);
  expect((await isp.ask(removeService, { id_conexion }, under('left'))).status).toBe(200);
});
