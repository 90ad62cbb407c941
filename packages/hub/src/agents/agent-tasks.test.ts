// Tasks to an agent and its reports back: in order, at least once on the wire, exactly once in effect, over connections and hubs that go.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventually, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { ScriptedAgent, type Task } from './scripted-agent.fixture.ts';

let hub: TestHub;
let fileId: string;

beforeAll(async () => {
  hub = await startTestHub({ AGENT_QUEUE_MAX: '5', AGENT_TASKS_IN_FLIGHT_MAX: '2', TICK_INTERVAL_MS: '1' });
  fileId = (await hub.admin.send('POST', '/api/files?name=a.txt', { body: 'a' })).body.id;
});
afterAll(() => hub.stop());

const deliver = async (...agents: ScriptedAgent[]): Promise<string> => {
  const answer = await hub.admin.send('POST', '/api/deliveries', { json: { file_id: fileId, agent_ids: agents.map(({ id }) => id) } });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  return answer.body.operation_id;
};
const operation = async (id: string) => (await hub.admin.send('GET', `/api/operations/${id}`)).body;
const join = (name: string) => new ScriptedAgent(hub, name).join();
const isFetch = ({ kind }: { kind: string }) => kind === 'file.fetch';

describe('tasks', () => {
  test('carry the file, and reach the agent in the order they were asked for', async () => {
    const agent = await join('ordered');
    await deliver(agent);
    await deliver(agent);
    await agent.socket?.next(({ seq, type }) => type === 'task' && seq === 2);
    expect(agent.tasks().map(({ seq }) => seq)).toEqual([1, 2]);
    expect(agent.tasks()[0]?.task).toMatchObject({ kind: 'file.fetch', file: { id: fileId, name: 'a.txt', size: 1, media_type: expect.any(String) } });
  });

  test('beyond what may be in flight wait until earlier ones were taken over', async () => {
    const agent = await join('few at once');
    for (let count = 0; count < 4; count++) await deliver(agent);
    await agent.socket?.next(({ seq, type }) => type === 'task' && seq === 2);
    expect(agent.tasks()).toHaveLength(2);
    agent.socket?.send({ type: 'received', seq: 1 });
    await agent.socket?.next(({ seq, type }) => type === 'task' && seq === 3);
    expect(agent.tasks()).toHaveLength(3);
  });

  test('that the agent did not take over come again on the next connection, those it did do not', async () => {
    const agent = await join('forgetful');
    for (let count = 0; count < 2; count++) await deliver(agent);
    await agent.socket?.next(({ seq, type }) => type === 'task' && seq === 2);
    agent.socket?.close();
    await agent.connect({ receivedSeq: 1 });
    await agent.task(isFetch);
    expect(agent.tasks().map(({ seq }) => seq)).toEqual([2]);
  });

  test('beyond the bound of the queue are refused with 429 agent_queue_full, naming the agent, and nothing is begun', async () => {
    const agent = new ScriptedAgent(hub, 'full');
    await agent.join();
    const other = await join('roomy');
    agent.socket?.close();
    for (let count = 0; count < 5; count++) await deliver(agent);
    const answer = await hub.admin.send('POST', '/api/deliveries', {
      json: { file_id: fileId, agent_ids: [other.id, agent.id] },
      headers: { 'x-operation-id': 'too-many' },
    });
    expect([answer.status, answer.body.code, answer.body.agent_id]).toEqual([429, 'agent_queue_full', agent.id]);
    expect((await hub.admin.send('GET', '/api/operations/too-many')).status).toBe(404);
    expect((await hub.admin.send('GET', `/api/agents/${other.id}`)).body.tasks_waiting).toBe(0);
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}`)).body.tasks_waiting).toBe(5);
  });
});

describe('reports', () => {
  test('move the step and end the operation', async () => {
    const agent = await join('worker');
    const id = await deliver(agent);
    const task = await agent.task(isFetch);
    await agent.report({
      type: 'task_report',
      task_id: task.task_id,
      status: 'in_progress',
      text: { code: 'delivery.resuming', values: { verified: 1, total: 4 } },
      bytes: 1,
      total_bytes: 4,
      progress: 25,
    });
    expect(await operation(id)).toMatchObject({
      state: 'in_progress',
      steps: [{ status: 'in_progress', message: 'Resuming: 1 byte of 4 bytes are already here', bytes: 1, progress: 25 }],
    });
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'completed', text: { code: 'delivery.done' } });
    expect(await operation(id)).toMatchObject({ state: 'completed', steps: [{ status: 'completed', progress: 100, message: 'Delivered and verified' }] });
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}`)).body.tasks_waiting).toBe(0);
  });

  test('are said in the language of whoever asked', async () => {
    const agent = await join('hispanohablante');
    const answer = await hub.admin.send('POST', '/api/deliveries', {
      json: { file_id: fileId, agent_ids: [agent.id] },
      headers: { 'accept-language': 'es-DO,es;q=0.9,en;q=0.5' },
    });
    await agent.finish(await agent.task(isFetch));
    expect((await operation(answer.body.operation_id)).steps[0].message).toBe('Entregado y verificado');
  });

  test('delivered again after a lost acknowledgement are applied once', async () => {
    const agent = await join('repeater');
    const id = await deliver(agent);
    const { task_id } = await agent.task(isFetch);
    const began = { type: 'task_report', task_id, status: 'in_progress', text: { code: 'delivery.receiving' } };
    await agent.report(began);
    const before = (await operation(id)).seq;
    for (let again = 0; again < 3; again++) {
      agent.seq -= 1;
      await agent.report(began);
    }
    // The acknowledgement never came and the connection went: all of it again on the next one.
    agent.socket?.close();
    await agent.connect({ receivedSeq: 1 });
    expect(agent.ackedSeq).toBe(1);
    agent.seq = 0;
    await agent.report(began);
    const { seq, steps } = await operation(id);
    // What was added is that the agent was away.
    expect(seq - before).toBeLessThanOrEqual(1);
    expect(steps[0].status).toBe('in_progress');
    await agent.report({ ...began, status: 'completed', text: { code: 'delivery.done' } });
    expect((await operation(id)).state).toBe('completed');
  });

  test('of a task that has ended, or never was, are acknowledged and change nothing', async () => {
    const agent = await join('late');
    const id = await deliver(agent);
    const task = await agent.task(isFetch);
    await agent.finish(task);
    const { seq } = await operation(id);
    for (const task_id of [task.task_id, 'no-such-task'])
      await agent.report({ type: 'task_report', task_id, status: 'error', text: { code: 'delivery.failed', values: { reason: 'late' } } });
    expect(await operation(id)).toMatchObject({ state: 'completed', seq });
  });

  test("of another agent's task change nothing", async () => {
    const [agent, thief] = [await join('honest'), await join('thief')];
    const id = await deliver(agent);
    const { task_id } = await agent.task(isFetch);
    await thief.report({ type: 'task_report', task_id, status: 'completed', text: { code: 'delivery.done' } });
    expect(await operation(id)).toMatchObject({ state: 'pending' });
  });

  test('with a text that this hub does not know show its code', async () => {
    const agent = await join('newer');
    const id = await deliver(agent);
    const { task_id } = await agent.task(isFetch);
    await agent.report({ type: 'task_report', task_id, status: 'error', text: { code: 'delivery.something_newer' } });
    expect((await operation(id)).steps[0].message).toBe('delivery.something_newer');
  });

  test('what the agent holds is listed, replaced by an inventory, and gone when it says so', async () => {
    const agent = await join('holder');
    const file = (name: string) => ({ name, size: 1, sha256: 'a'.repeat(64), received_at: '2026-01-01T00:00:00.000Z' });
    const held = async () => (await hub.admin.send('GET', `/api/agents/${agent.id}/files`)).body.map(({ name }: { name: string }) => name);
    await agent.report({ type: 'file_held', file: file('b') });
    await agent.report({ type: 'file_held', file: file('a') });
    expect(await held()).toEqual(['a', 'b']);
    await agent.report({ type: 'file_gone', name: 'a' });
    expect(await held()).toEqual(['b']);
    await agent.report({ type: 'inventory', first: true, files: [file('c')] });
    await agent.report({ type: 'inventory', first: false, files: [file('d')] });
    expect(await held()).toEqual(['c', 'd']);
  });
});

describe('ticks', () => {
  test('say what bounds a transfer, until one says nothing of it; a word that is not known is passed over', async () => {
    const agent = await join('bound');
    const id = await deliver(agent);
    const task = await agent.task(isFetch);
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: { code: 'delivery.receiving' } });
    let progress = 0;
    const boundAfter = async (bound_by: string | undefined) => {
      progress += 10;
      agent.socket?.send({ type: 'tick', task_id: task.task_id, text: { code: 'delivery.receiving' }, progress, bound_by: bound_by as 'disk' | undefined });
      return eventually(async () => {
        const [step] = (await operation(id)).steps;
        return step.progress === progress && { bound_by: step.bound_by };
      });
    };
    expect(await boundAfter('disk')).toEqual({ bound_by: 'disk' });
    expect(await boundAfter('network')).toEqual({ bound_by: 'network' });
    expect(await boundAfter('tides')).toEqual({ bound_by: undefined });
    expect(await boundAfter('rate_limit')).toEqual({ bound_by: 'rate_limit' });
    expect(await boundAfter(undefined)).toEqual({ bound_by: undefined });
  });

  test('move the percentage, and never begin a step or take up one that ended', async () => {
    const agent = await join('ticker');
    const id = await deliver(agent);
    const task = await agent.task(isFetch);
    const tick = (progress: number) =>
      agent.socket?.send({ type: 'tick', task_id: task.task_id, text: { code: 'delivery.receiving' }, progress, bytes: progress, total_bytes: 100 });
    tick(5);
    await agent.report({ type: 'inventory', first: true, files: [] });
    expect((await operation(id)).steps[0].status).toBe('pending');
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: { code: 'delivery.receiving' } });
    tick(40);
    await eventually(async () => (await operation(id)).steps[0].progress === 40);
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'completed', text: { code: 'delivery.done' } });
    tick(50);
    await agent.report({ type: 'inventory', first: true, files: [] });
    expect((await operation(id)).steps[0]).toMatchObject({ status: 'completed', progress: 100 });
  });
});

describe('an agent that goes away', () => {
  test('has its waiting steps say so, its running ones say that it was lost, and both again what they do when it is back', async () => {
    const agent = await join('traveller');
    const [running, waiting] = [await deliver(agent), await deliver(agent)];
    const task = await agent.task(isFetch);
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: { code: 'delivery.receiving' }, progress: 30 });
    agent.socket?.close();
    const message = async (id: string) => (await operation(id)).steps[0].message;
    await eventually(async () => (await message(waiting)) === 'The agent is offline; it gets the file when it returns');
    await eventually(async () => (await message(running)) === 'The connection to the agent was lost; it goes on when the agent returns');
    expect((await operation(running)).steps[0]).toMatchObject({ status: 'in_progress', progress: 30 });
    await agent.connect({ receivedSeq: 2 });
    await eventually(async () => (await message(waiting)) === 'Waiting for its turn');
  });
});

test('a hub that restarts goes on with the queue, the numbers and the acknowledgements', async () => {
  const agent = await join('survivor');
  const id = await deliver(agent);
  const task: Task = await agent.task(isFetch);
  await agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: { code: 'delivery.receiving' }, progress: 30 });
  const before = await operation(id);
  await hub.restart();
  expect(await operation(id)).toMatchObject({ state: 'in_progress', steps: [{ status: 'in_progress', progress: 30 }] });
  expect((await operation(id)).seq).toBeGreaterThanOrEqual(before.seq);
  await agent.connect({ receivedSeq: 1 });
  expect(agent.ackedSeq).toBe(agent.seq);
  await deliver(agent);
  expect((await agent.task(isFetch)).seq).toBe(2);
  await agent.report({ type: 'task_report', task_id: task.task_id, status: 'completed', text: { code: 'delivery.done' } });
  expect((await operation(id)).state).toBe('completed');
});
