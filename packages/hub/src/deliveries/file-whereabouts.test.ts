// Where a file is: the agents that hold its bytes and the deliveries that brought them, for who may see the file.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());

const put = async (person: Person, name: string, body: string) => (await person.send('POST', `/api/files?name=${name}`, { body })).body;
const whereabouts = (person: Person, id: string) => person.send('GET', `/api/files/${id}/whereabouts`);

test('names the agents that hold the bytes, and only deliveries of this very file', async () => {
  const agent = await new ScriptedAgent(hub, 'shop').join();
  const file = await put(ana, 'menu.txt', 'soup');
  const same = await put(ana, 'menu.txt', 'another soup');
  expect((await whereabouts(ana, file.id)).body).toEqual({ agents_total: 0, agents: [], deliveries: [] });

  const deliver = async (fileId: string) => (await ana.send('POST', '/api/deliveries', { json: { file_id: fileId, agent_ids: [agent.id] } })).body.operation_id;
  const first = await deliver(file.id);
  await agent.finish(await agent.task((task) => task.file?.id === file.id));
  const held = { name: 'menu.txt', size: file.size, sha256: file.sha256, received_at: new Date().toISOString() };
  await agent.report({ type: 'file_held', file: held });
  const second = await deliver(same.id);
  const { body } = await whereabouts(ana, file.id);
  expect(body).toMatchObject({ agents_total: 1, agents: [{ id: agent.id, name: 'shop', status: 'online', file_name: 'menu.txt' }] });
  expect(body.deliveries.map(({ operation_id }: { operation_id: string }) => operation_id)).toEqual([first]);
  expect((await whereabouts(hub.admin, same.id)).body.deliveries).toMatchObject([{ operation_id: second, user_id: ana.userId }]);
});

test.each(['none', '..%2F..%2Fetc'])('says of %p that it is not there', async (id) => {
  expect((await whereabouts(ana, id)).status).toBe(404);
});

test('is not for who does not see the file', async () => {
  const file = await put(ana, 'secret.txt', 'x');
  expect((await whereabouts(ben, file.id)).status).toBe(404);
  expect((await fetch(`${hub.url}/api/files/${file.id}/whereabouts`)).status).toBe(401);
});
