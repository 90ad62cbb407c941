import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openHubDatabase } from '../database/database.ts';
import { eventually, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { AgentSessions } from './agent-sessions.ts';
import { ScriptedAgent } from './scripted-agent.fixture.ts';
import { TaskEnds } from './task-ends.ts';

setDefaultTimeout(30_000);

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.stop());

async function upload(person = hub.admin, name = 'file.bin'): Promise<string> {
  return (await person.send('POST', `/api/files?name=${name}`, { body: 'bytes' })).body.id;
}

const resource = async (id: string) => (await hub.admin.send('GET', `/api/agents/${id}`)).body;

describe('the connections of an agent', () => {
  test('are listed newest first, each with how it ended; the agent says since when and why it is away', async () => {
    const agent = await new ScriptedAgent(hub, 'coming and going').join();
    const online = await eventually(async () => (await resource(agent.id)).since && resource(agent.id));
    expect(online).toMatchObject({ status: 'online', offline_code: null });
    agent.socket?.close();
    const offline = await eventually(async () => {
      const now = await resource(agent.id);
      return now.offline_code === null ? undefined : now;
    });
    expect(offline).toMatchObject({ status: 'offline', offline_code: 1005 });
    expect(Date.parse(offline.since)).toBeGreaterThanOrEqual(Date.parse(online.since));
    await agent.connect();
    const sessions = await eventually(async () => {
      const { body } = await hub.admin.send('GET', `/api/agents/${agent.id}/sessions`);
      return body.sessions.length === 2 && body.sessions;
    });
    expect(sessions).toEqual([
      { connected_at: expect.any(String), ended_at: null, code: null, reason: null },
      { connected_at: expect.any(String), ended_at: expect.any(String), code: 1005, reason: '' },
    ]);
  });

  test('that a crash of the hub left open end when it starts again', async () => {
    const { db } = await openHubDatabase(`${hub.dataDir}/sessions`);
    await db.insertInto('agent').values(agentRow('a')).execute();
    const sessions = new AgentSessions(db, 10);
    await sessions.begin('a', '2026-01-01T00:00:00.000Z');
    await sessions.recover('2026-01-02T00:00:00.000Z');
    expect(await sessions.list('a', 10)).toEqual([
      { connected_at: '2026-01-01T00:00:00.000Z', ended_at: '2026-01-02T00:00:00.000Z', code: 1001, reason: 'the hub restarted' },
    ]);
    await db.destroy();
  });

  test('are remembered up to their bound', async () => {
    const { db } = await openHubDatabase(`${hub.dataDir}/bounded`);
    await db.insertInto('agent').values(['a', 'b'].map(agentRow)).execute();
    const sessions = new AgentSessions(db, 3);
    await sessions.begin('b', '2026-01-01T00:00:00.000Z');
    for (let day = 1; day <= 5; day += 1) await sessions.begin('a', `2026-01-0${day}T00:00:00.000Z`);
    expect((await sessions.list('a', 10)).map(({ connected_at }) => connected_at.slice(0, 10))).toEqual(['2026-01-05', '2026-01-04', '2026-01-03']);
    expect((await sessions.newest()).get('a')?.connected_at).toBe('2026-01-05T00:00:00.000Z');
    expect((await sessions.newest(['b'])).size).toBe(1);
    await db.destroy();
  });
});

describe('the work of an agent', () => {
  test('stands in its queue while it waits, and in its history once it ended', async () => {
    const agent = await new ScriptedAgent(hub, 'worker').join();
    const file_id = await upload(hub.admin, 'catálogo.pdf');
    const { body } = await hub.admin.send('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
    const queue = (await hub.admin.send('GET', `/api/agents/${agent.id}/tasks`)).body;
    expect(queue.total).toBe(1);
    expect(queue.tasks[0]).toMatchObject({
      kind: 'file.fetch',
      operation_id: body.operation_id,
      step: `deliver:${agent.id}`,
      title: 'catálogo.pdf',
      subject: null,
      status: 'pending',
      user_id: hub.admin.userId,
    });
    await agent.finish(await agent.task(({ kind }) => kind === 'file.fetch'));
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}/tasks`)).body).toEqual({ tasks: [], total: 0 });
    const history = await hub.admin.send('GET', `/api/agents/${agent.id}/history`, { headers: { 'accept-language': 'es' } });
    expect(history.body.tasks).toEqual([
      {
        id: expect.any(Number),
        kind: 'file.fetch',
        user_id: hub.admin.userId,
        operation_id: body.operation_id,
        step: `deliver:${agent.id}`,
        title: 'catálogo.pdf',
        subject: null,
        status: 'completed',
        message: 'Entregado y verificado',
        ended_at: expect.any(String),
      },
    ]);
  });

  test('is shown to whose it is, and all of it to administrators', async () => {
    const agent = await new ScriptedAgent(hub, 'shared').join();
    const person = await hub.person('worker@example.com');
    for (const who of [hub.admin, person]) {
      const file_id = await upload(who);
      await who.send('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
    }
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}/tasks`)).body.total).toBe(2);
    expect((await person.send('GET', `/api/agents/${agent.id}/tasks`)).body.tasks).toMatchObject([{ user_id: person.userId }]);
    for (const task of agent.tasks()) await agent.finish(task);
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}/history`)).body.tasks).toHaveLength(2);
    expect((await person.send('GET', `/api/agents/${agent.id}/history`)).body.tasks).toMatchObject([{ user_id: person.userId }]);
  });

  test('comes in pages, and is refused to who is not signed in or asks for nothing there is', async () => {
    const agent = await new ScriptedAgent(hub, 'pages').join();
    for (const name of ['one', 'two', 'three']) {
      const file_id = await upload(hub.admin, name);
      await hub.admin.send('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
      await agent.finish(await agent.task(({ file }) => file?.name === name));
    }
    const first = (await hub.admin.send('GET', `/api/agents/${agent.id}/history?limit=2`)).body;
    expect(first.tasks.map(({ title }: { title: string }) => title)).toEqual(['three', 'two']);
    const second = (await hub.admin.send('GET', `/api/agents/${agent.id}/history?limit=2&cursor=${first.next_cursor}`)).body;
    expect(second.tasks.map(({ title }: { title: string }) => title)).toEqual(['one']);
    expect(second.next_cursor).toBeNull();
    for (const part of ['sessions', 'tasks', 'history']) {
      expect((await hub.send('GET', `/api/agents/${agent.id}/${part}`)).status).toBe(401);
      expect((await hub.admin.send('GET', `/api/agents/none/${part}`)).status).toBe(404);
      expect((await hub.admin.send('GET', `/api/agents/${agent.id}/${part}?limit=0`)).status).toBe(400);
    }
    expect((await hub.admin.send('GET', `/api/agents/${agent.id}/history?cursor=x`)).status).toBe(400);
  });

  test('is remembered up to its bound', async () => {
    const { db } = await openHubDatabase(`${hub.dataDir}/ends`);
    await db.insertInto('agent').values(agentRow('a')).execute();
    const ends = new TaskEnds(db, 5);
    const target = { taskId: 't', agentId: 'a', kind: 'file.fetch', userId: 1, operationId: 'o', step: 's', subject: null, requestId: 'r' };
    const record = () => db.transaction().execute((transaction) => ends.record(transaction, target, { status: 'completed', text: { code: 'delivery.done' } }));
    for (let end = 0; end < 128; end += 1) await record();
    expect(await ends.list('a', { limit: 500, language: 'en' })).toHaveLength(5);
    await db.destroy();
  });
});

function agentRow(id: string) {
  const none = { last_seen_at: null, sealing_key: null, acked_seq: 0, task_seq: 0 };
  return { id, name: id, public_key: id, status: 'approved' as const, version: '1', platform: 'test', labels: '[]', created_at: '2026-01-01', ...none };
}
