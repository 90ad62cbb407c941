// Asking for deliveries and deletions on agents: who may, which agents, once per operation id, stopped, and ended when the file goes.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
let agent: ScriptedAgent;

beforeAll(async () => {
  // Longer than a busy machine keeps an agent's answer waiting; one test sits it out.
  hub = await startTestHub({ STOP_TIMEOUT_MS: '2000' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
  agent = await new ScriptedAgent(hub, 'shop').join();
});
afterAll(() => hub.stop());

let made = 0;
async function put(person: Person, content?: string): Promise<{ id: string; name: string; sha256: string }> {
  made += 1;
  return (await person.send('POST', `/api/files?name=file-${made}.txt`, { body: content ?? `content ${made}` })).body;
}
const deliver = (person: Person, json: object, operationId?: string) =>
  person.send('POST', '/api/deliveries', { json, headers: operationId === undefined ? {} : { 'x-operation-id': operationId } });
const operation = async (person: Person, id: string) => (await person.send('GET', `/api/operations/${id}`)).body;
const fetchOf = (fileId: string) => agent.task(({ file }) => file?.id === fileId);

describe('a delivery', () => {
  test('has one step per agent, named after it, in the order they were named', async () => {
    const second = await new ScriptedAgent(hub, 'second').join();
    const file = await put(ana);
    const { body } = await deliver(ana, { file_id: file.id, agent_ids: [second.id, agent.id, second.id] });
    const found = await operation(ana, body.operation_id);
    expect(found).toMatchObject({ kind: 'delivery', title: file.name, user_id: ana.userId });
    expect(found.steps.map(({ step }: { step: string }) => step)).toEqual([`deliver:${second.id}`, `deliver:${agent.id}`]);
  });

  test('ends as error when one of its agents failed, after all of them ended', async () => {
    const second = await new ScriptedAgent(hub, 'failing').join();
    const file = await put(ana);
    const { body } = await deliver(ana, { file_id: file.id, agent_ids: [agent.id, second.id] });
    await second.finish(await second.task(({ file: of }) => of?.id === file.id), 'error', 'delivery.disk_full');
    expect((await operation(ana, body.operation_id)).state).toBe('in_progress');
    await agent.finish(await fetchOf(file.id));
    expect((await operation(ana, body.operation_id)).state).toBe('error');
  });

  test('to labels goes to every approved agent that has all of them', async () => {
    const labelled = async (name: string, labels: string[]) => {
      const one = await new ScriptedAgent(hub, name).join();
      await hub.admin.send('PATCH', `/api/agents/${one.id}`, { json: { labels } });
      return one;
    };
    const both = await labelled('both', ['north', 'till']);
    await labelled('one', ['north']);
    const pending = new ScriptedAgent(hub, 'pending');
    await pending.enrol();
    await hub.admin.send('PATCH', `/api/agents/${pending.id}`, { json: { labels: ['north', 'till'] } });
    const { body } = await deliver(ana, { file_id: (await put(ana)).id, labels: ['north', 'till'] });
    expect((await operation(ana, body.operation_id)).steps).toMatchObject([{ step: `deliver:${both.id}` }]);
    expect((await deliver(ana, { file_id: (await put(ana)).id, labels: ['south'] })).status).toBe(400);
  });

  test('of what is not there, or not yours, is refused', async () => {
    const file = await put(ana);
    const pending = new ScriptedAgent(hub, 'not yet');
    await pending.enrol();
    const rows: [Person, object, number, string?][] = [
      [ben, { file_id: file.id, agent_ids: [agent.id] }, 404],
      [ana, { file_id: 'none', agent_ids: [agent.id] }, 404],
      [ana, { file_id: file.id, agent_ids: ['none'] }, 404],
      [ana, { file_id: file.id, agent_ids: [agent.id, pending.id] }, 403, 'agent_pending'],
      [ana, { file_id: file.id, agent_ids: [] }, 400],
      [ana, { file_id: file.id }, 400],
      [ana, { file_id: file.id, agent_ids: [agent.id], labels: ['x'] }, 400],
      [ana, { file_id: 7, agent_ids: [agent.id] }, 400],
      [ana, { agent_ids: [agent.id] }, 400],
    ];
    for (const [person, json, status, code] of rows) {
      const answer = await deliver(person, json);
      expect([json, answer.status, code ?? answer.body.code]).toEqual([json, status, answer.body.code]);
    }
    expect((await deliver(hub.admin, { file_id: file.id, agent_ids: [agent.id] })).status).toBe(202);
  });
});

describe('X-Operation-ID', () => {
  test('makes the very same request one delivery, however often and however much at once it comes', async () => {
    const json = { file_id: (await put(ana)).id, agent_ids: [agent.id] };
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(ana, json, 'send-once')));
    expect(answers.map(({ status, body }) => [status, body.operation_id])).toEqual(answers.map(() => [202, 'send-once']));
    const task = await fetchOf(json.file_id);
    await agent.finish(task);
    expect((await deliver(ana, json, 'send-once')).status).toBe(202);
    expect(agent.tasks().filter(({ task: { file } }) => file?.id === json.file_id)).toHaveLength(1);
    expect((await operation(ana, 'send-once')).state).toBe('completed');
  });

  test('of other work is refused with 409 operation_id_in_use, open or ended', async () => {
    const [one, other] = [await put(ana), await put(ana)];
    await deliver(ana, { file_id: one.id, agent_ids: [agent.id] }, 'taken');
    const refused = async () => (await deliver(ana, { file_id: other.id, agent_ids: [agent.id] }, 'taken')).body;
    expect(await refused()).toMatchObject({ status: 409, code: 'operation_id_in_use' });
    await agent.finish(await fetchOf(one.id));
    expect(await refused()).toMatchObject({ status: 409, code: 'operation_id_in_use' });
    expect((await ana.send('DELETE', `/api/agents/${agent.id}/files/${one.name}`, { headers: { 'x-operation-id': 'taken' } })).body.code).toBe(
      'operation_id_in_use',
    );
  });

  test('of another user is another operation', async () => {
    const answers = await Promise.all([ana, ben].map(async (person) => deliver(person, { file_id: (await put(person)).id, agent_ids: [agent.id] }, 'same-id')));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect((await operation(ana, 'same-id')).user_id).toBe(ana.userId);
    expect((await operation(ben, 'same-id')).user_id).toBe(ben.userId);
  });

  test('that a watcher registered first is used', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: 'watched-first' });
    await socket.next(({ seq }) => seq === 1);
    expect((await deliver(ana, { file_id: (await put(ana)).id, agent_ids: [agent.id] }, 'watched-first')).status).toBe(202);
    expect(await socket.next(({ step }) => step === `deliver:${agent.id}`)).toMatchObject({ status: 'pending' });
    socket.close();
  });

  for (const id of ['a b', 'ñ', 'a/b', 'x'.repeat(129)]) {
    test(`that is none (${id.slice(0, 10)}) is refused with 400`, async () => {
      const answer = await ana.send('POST', '/api/deliveries', {
        json: { file_id: 'f', agent_ids: ['a'] },
        headers: { 'x-operation-id': encodeURIComponent(id) === id ? id : id.replace('ñ', '\u00f1') },
      });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    });
  }
});

describe('stopping', () => {
  test('asks the agent that has the task, and its own report ends the operation as stopped', async () => {
    const file = await put(ana);
    const { body } = await deliver(ana, { file_id: file.id, agent_ids: [agent.id] });
    const task = await fetchOf(file.id);
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'in_progress', text: { code: 'delivery.receiving' } });
    expect((await ana.send('POST', `/api/operations/${body.operation_id}/stop`)).status).toBe(202);
    await agent.task(({ kind, task_id }) => kind === 'task.stop' && task_id === task.task_id);
    await eventually(async () => (await operation(ana, body.operation_id)).steps[0].message === 'Stopping');
    expect((await operation(ana, body.operation_id)).state).toBe('in_progress');
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'error', text: { code: 'step.stopped' } });
    expect(await operation(ana, body.operation_id)).toMatchObject({ state: 'stopped', steps: [{ status: 'error', message: 'Stopped' }] });
  });

  test('ends after its time even when the agent never answers, and what it reports later changes nothing', async () => {
    const file = await put(ana);
    const { body } = await deliver(ana, { file_id: file.id, agent_ids: [agent.id] });
    const task = await fetchOf(file.id);
    await ana.send('POST', `/api/operations/${body.operation_id}/stop`);
    await eventually(async () => (await operation(ana, body.operation_id)).state === 'stopped');
    const waiting = async () => (await hub.admin.send('GET', `/api/agents/${agent.id}`)).body.tasks_waiting;
    const before = await waiting();
    await agent.report({ type: 'task_report', task_id: task.task_id, status: 'completed', text: { code: 'delivery.done' } });
    expect((await operation(ana, body.operation_id)).state).toBe('stopped');
    expect(await waiting()).toBe(before - 1);
  });

  test("of somebody else's delivery is answered 404, by an administrator 202", async () => {
    const { body } = await deliver(ana, { file_id: (await put(ana)).id, agent_ids: [agent.id] });
    expect((await ben.send('POST', `/api/operations/${body.operation_id}/stop`)).status).toBe(404);
    expect((await hub.admin.send('POST', `/api/operations/${body.operation_id}/stop`)).status).toBe(202);
  });
});

test('deleting the file ends its open deliveries in an error step that says so, and the agent is told to stop', async () => {
  const file = await put(ana);
  const { body } = await deliver(ana, { file_id: file.id, agent_ids: [agent.id] });
  const task = await fetchOf(file.id);
  expect((await ana.send('DELETE', `/api/files/${file.id}`)).status).toBe(204);
  expect(await operation(ana, body.operation_id)).toMatchObject({ state: 'error', steps: [{ status: 'error', message: 'The file was deleted on the hub' }] });
  await agent.task(({ kind, task_id }) => kind === 'task.stop' && task_id === task.task_id);
});

describe('files on agents', () => {
  test('are shown to who has the same content, and all to administrators', async () => {
    const [mine, his] = [await put(ana, 'of ana'), await put(ben, 'of ben')];
    for (const { name, sha256 } of [mine, his])
      await agent.report({ type: 'file_held', file: { name, size: 6, sha256, received_at: '2026-01-01T00:00:00.000Z' } });
    const seen = async (person: Person) => (await person.send('GET', `/api/agents/${agent.id}/files`)).body.map(({ name }: { name: string }) => name);
    expect(await seen(ana)).toContain(mine.name);
    expect(await seen(ana)).not.toContain(his.name);
    expect(await seen(hub.admin)).toEqual(expect.arrayContaining([mine.name, his.name]));
    expect((await ben.send('DELETE', `/api/agents/${agent.id}/files/${mine.name}`)).status).toBe(404);
  });

  test('are deleted by an operation with a step for the agent', async () => {
    const file = await put(ana, 'to be deleted');
    const name = 'añó "x" 100%.txt';
    await agent.report({ type: 'file_held', file: { name, size: 1, sha256: file.sha256, received_at: '2026-01-01T00:00:00.000Z' } });
    const answer = await ana.send('DELETE', `/api/agents/${agent.id}/files/${encodeURIComponent(name)}`);
    expect(answer.status).toBe(202);
    const task = await agent.task(({ kind, name: of }) => kind === 'file.delete' && of === name);
    await agent.finish(task, 'completed', 'delete.done');
    expect(await operation(ana, answer.body.operation_id)).toMatchObject({
      kind: 'agent-file-deletion',
      state: 'completed',
      steps: [{ step: `delete:${agent.id}`, message: 'Deleted' }],
    });
  });

  test('that are not there are answered 404', async () => {
    expect((await hub.admin.send('DELETE', `/api/agents/${agent.id}/files/none`)).status).toBe(404);
    expect((await hub.admin.send('DELETE', '/api/agents/none/files/none')).status).toBe(404);
  });
});

test("an agent asks for a file itself, and the operation is the owner's", async () => {
  const file = await put(ana);
  const headers = { cookie: `access_token=${await agent.token()}` };
  const answer = await hub.send('POST', '/api/agent/deliveries', { json: { file_id: file.id }, headers });
  expect(answer.status).toBe(202);
  expect(await operation(ana, answer.body.operation_id)).toMatchObject({ user_id: ana.userId, steps: [{ step: `deliver:${agent.id}` }] });
  expect((await hub.send('POST', '/api/agent/deliveries', { json: { file_id: file.id } })).status).toBe(401);
  expect((await hub.send('POST', '/api/agent/deliveries', { json: { file_id: 'none' }, headers })).status).toBe(404);
});
