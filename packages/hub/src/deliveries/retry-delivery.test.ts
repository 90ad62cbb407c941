// Trying a delivery again: only where it failed, once per operation id, by those who may, and found from both ends.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
let good: ScriptedAgent;
let bad: ScriptedAgent;

beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
  good = await new ScriptedAgent(hub, 'good').join();
  bad = await new ScriptedAgent(hub, 'bad').join();
});
afterAll(() => hub.stop());

let made = 0;
const retry = (person: Person, id: string, operationId?: string, query = '') =>
  person.send('POST', `/api/operations/${id}/retry${query}`, { headers: operationId === undefined ? {} : { 'x-operation-id': operationId } });
const operation = async (person: Person, id: string, query = '') => (await person.send('GET', `/api/operations/${id}${query}`)).body;
const history = async (person: Person, id: string) => (await person.send('GET', `/api/operations/${id}/history`)).body;

async function put(person: Person): Promise<string> {
  made += 1;
  return (await person.send('POST', `/api/files?name=file-${made}.txt`, { body: `content ${made}` })).body.id;
}

/** A delivery of a new file that reached `good` and failed on `bad`. */
async function halfDelivered(person: Person): Promise<{ id: string; fileId: string }> {
  const fileId = await put(person);
  const { body } = await person.send('POST', '/api/deliveries', { json: { file_id: fileId, agent_ids: [good.id, bad.id] } });
  await good.finish(await good.task(({ file }) => file?.id === fileId));
  await bad.finish(await bad.task(({ file }) => file?.id === fileId), 'error', 'delivery.disk_full');
  expect((await operation(person, body.operation_id)).state).toBe('error');
  return { id: body.operation_id, fileId };
}

test('goes to the agents that did not get it, as an operation that names the first', async () => {
  const { id, fileId } = await halfDelivered(ana);
  const answer = await retry(ana, id);
  expect(answer.status).toBe(202);
  const again = await operation(ana, answer.body.operation_id);
  expect(again.steps.map(({ step }: { step: string }) => step)).toEqual([`deliver:${bad.id}`]);
  expect((await history(ana, again.operation_id)).retry_of).toBe(id);
  expect((await history(ana, id)).retried_by).toEqual([again.operation_id]);
  expect(bad.tasks().filter(({ task }) => task.file?.id === fileId).length).toBeGreaterThanOrEqual(1);
});

test('is one delivery however often the same request comes, and a retry may be retried', async () => {
  const { id } = await halfDelivered(ana);
  const both = await Promise.all([retry(ana, id, 'again'), retry(ana, id, 'again')]);
  expect(both.map(({ status, body }) => [status, body.operation_id])).toEqual([
    [202, 'again'],
    [202, 'again'],
  ]);
  expect((await history(ana, id)).retried_by).toEqual(['again']);
  await ana.send('POST', '/api/operations/again/stop');
  const [task] = bad.tasks().slice(-1);
  if (task) await bad.finish(task, 'error', 'step.stopped').catch(() => {});
  expect((await operation(ana, 'again')).steps).toHaveLength(1);
});

test('by an administrator belongs to whom the first belongs to', async () => {
  const { id } = await halfDelivered(ana);
  const { body } = await retry(hub.admin, id, undefined, `?user_id=${ana.userId}`);
  expect((await operation(ana, body.operation_id)).user_id).toBe(ana.userId);
});

test('refuses what is another’s, what runs, what reached everybody, what is no delivery, and what is no more', async () => {
  const { id, fileId } = await halfDelivered(ana);
  expect((await retry(ben, id)).status).toBe(404);
  expect((await retry(ana, 'never-there')).status).toBe(404);

  const running = (await ana.send('POST', '/api/deliveries', { json: { file_id: await put(ana), agent_ids: [bad.id] } })).body.operation_id;
  expect([(await retry(ana, running)).status, (await retry(ana, running)).body.code]).toEqual([409, 'operation_not_retryable']);

  const reachedFile = await put(ana);
  const reached = (await ana.send('POST', '/api/deliveries', { json: { file_id: reachedFile, agent_ids: [good.id] } })).body.operation_id;
  await good.finish(await good.task(({ file }) => file?.id === reachedFile));
  expect((await retry(ana, reached)).body.code).toBe('operation_not_retryable');

  await ana.begin('own-work', 'one');
  await ana.report('own-work', 'one', 'error');
  expect((await retry(ana, 'own-work')).body.code).toBe('operation_not_retryable');

  await ana.send('DELETE', `/api/files/${fileId}`);
  expect((await retry(ana, id)).body.code).toBe('not_found');
});

test('leaves out agents that were revoked, and refuses when none is left', async () => {
  const leaving = await new ScriptedAgent(hub, 'leaving').join();
  const fileId = await put(ana);
  const { operation_id } = (await ana.send('POST', '/api/deliveries', { json: { file_id: fileId, agent_ids: [leaving.id, bad.id] } })).body;
  await leaving.finish(await leaving.task(({ file }) => file?.id === fileId), 'error', 'delivery.disk_full');
  await bad.finish(await bad.task(({ file }) => file?.id === fileId), 'error', 'delivery.disk_full');
  await hub.admin.send('DELETE', `/api/agents/${leaving.id}`);
  const answer = await retry(ana, operation_id);
  expect((await operation(ana, answer.body.operation_id)).steps.map(({ step }: { step: string }) => step)).toEqual([`deliver:${bad.id}`]);

  const onlyFile = await put(ana);
  const gone = await new ScriptedAgent(hub, 'gone').join();
  const only = (await ana.send('POST', '/api/deliveries', { json: { file_id: onlyFile, agent_ids: [gone.id] } })).body.operation_id;
  await hub.admin.send('DELETE', `/api/agents/${gone.id}`);
  expect((await retry(ana, only)).body.code).toBe('agent_revoked');
});
