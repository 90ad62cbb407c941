// Operations that nobody carries any more end by their named bounds and say why; ended ones leave memory, and the history in its time.
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import type { TestSocket } from '../http/socket.fixture.ts';
import { grown, scrape } from '../metrics/scrape.fixture.ts';

// Each test has a hub of its own.
setDefaultTimeout(30_000);

let hub: TestHub;
afterEach(() => hub.stop());

const token = 'the token of the metrics';
const isEnd = ({ state }: { state?: string }) => state === 'error' || state === 'completed' || state === 'stopped';

async function watchAll(person: Person, language = 'en'): Promise<TestSocket> {
  const socket = await person.watch(undefined, { 'accept-language': language });
  socket.send({ type: 'watch', scope: 'user' });
  return socket;
}

async function active(): Promise<number | undefined> {
  return (await scrape(hub, token)).get('relevo_operations_active');
}

describe('an operation that was registered and never worked on', () => {
  test('ends after OPERATION_UNUSED_MAX_MS with a message in the language of whoever registered it, and leaves memory', async () => {
    hub = await startTestHub({ OPERATION_UNUSED_MAX_MS: '200', METRICS_TOKEN: token });
    const socket = await watchAll(hub.admin, 'es');
    socket.send({ type: 'start_operation', operation_id: 'unused' });
    expect(await socket.next(isEnd)).toMatchObject({ operation_id: 'unused', state: 'error', message: 'No se supo nada de esto durante demasiado tiempo' });
    expect(await active()).toBe(0);
    expect((await hub.admin.send('GET', '/api/operations/unused')).body).toMatchObject({
      state: 'error',
      message: 'No se supo nada de esto durante demasiado tiempo',
      steps: [],
    });
    socket.close();
  });

  test('frees its id for nobody: work that comes too late is told so', async () => {
    hub = await startTestHub({ OPERATION_UNUSED_MAX_MS: '200', METRICS_TOKEN: token });
    const socket = await watchAll(hub.admin);
    socket.send({ type: 'start_operation', operation_id: 'late' });
    await socket.next(isEnd);
    const answer = await hub.admin.send('POST', '/api/operations', { json: { id: 'late', kind: 'test', steps: ['a'] } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'operation_ended' } });
    socket.close();
  });

  test('lives on as soon as it is worked on', async () => {
    // Longer than a busy machine keeps the first report of it waiting.
    hub = await startTestHub({ OPERATION_UNUSED_MAX_MS: '2000', METRICS_TOKEN: token });
    const socket = await watchAll(hub.admin);
    for (const operation_id of ['used', 'unused']) socket.send({ type: 'start_operation', operation_id });
    await hub.admin.begin('used', 'a');
    expect(await socket.next(isEnd)).toMatchObject({ operation_id: 'unused' });
    expect((await hub.admin.send('GET', '/api/operations/used')).body.state).toBe('pending');
    expect(await active()).toBe(1);
    socket.close();
  });
});

describe('an operation whose reporter fell silent', () => {
  test('ends after OPERATION_SILENT_MAX_MS: its unsettled steps say why, settled ones stay', async () => {
    // Longer than a busy machine keeps the next report waiting.
    hub = await startTestHub({ OPERATION_SILENT_MAX_MS: '2000', METRICS_TOKEN: token });
    const socket = await watchAll(hub.admin);
    await hub.admin.begin('silent', 'done', 'running', 'waiting');
    await hub.admin.report('silent', 'done', 'completed');
    await hub.admin.report('silent', 'running', 'in_progress', { progress: 40 });
    await socket.next(isEnd);
    const why = { status: 'error', progress: 0, message: 'Nothing was heard of this for too long' };
    expect((await hub.admin.send('GET', '/api/operations/silent')).body).toMatchObject({
      state: 'error',
      steps: [
        { step: 'done', status: 'completed', progress: 100 },
        { step: 'running', ...why },
        { step: 'waiting', ...why },
      ],
    });
    expect(await active()).toBe(0);
    socket.close();
  });

  test('declared without steps says why itself', async () => {
    hub = await startTestHub({ OPERATION_SILENT_MAX_MS: '200', METRICS_TOKEN: token });
    const socket = await watchAll(hub.admin);
    await hub.admin.begin('stepless');
    expect(await socket.next(isEnd)).toMatchObject({ state: 'error', message: 'Nothing was heard of this for too long' });
    socket.close();
  });

  test('does not end one that is heard of', async () => {
    hub = await startTestHub({ OPERATION_SILENT_MAX_MS: '2000', METRICS_TOKEN: token, TICK_INTERVAL_MS: '1' });
    const socket = await watchAll(hub.admin);
    await hub.admin.begin('silent', 'a');
    await hub.admin.begin('heard', 'a');
    let progress = 0;
    while (!socket.messages.some(isEnd)) await hub.admin.report('heard', 'a', 'in_progress', { progress: Math.min(99, progress++ / 100) });
    expect(socket.messages.filter(isEnd)).toMatchObject([{ operation_id: 'silent' }]);
    await hub.admin.report('heard', 'a', 'completed');
    expect(await socket.next(({ operation_id, ...message }) => operation_id === 'heard' && isEnd(message))).toMatchObject({ state: 'completed' });
    socket.close();
  });

  test('is found after a restart of the hub as well', async () => {
    hub = await startTestHub({ METRICS_TOKEN: token });
    await hub.admin.begin('silent', 'a');
    await hub.restart({ OPERATION_SILENT_MAX_MS: '200' });
    const socket = await hub.admin.watch();
    // It may have ended before anybody could watch.
    socket.send({ type: 'start_operation', operation_id: 'silent' });
    expect(await socket.next(isEnd)).toMatchObject({ operation_id: 'silent', state: 'error' });
    socket.close();
  });
});

test('an operation that ended is forgotten after a short OPERATION_HISTORY', async () => {
  hub = await startTestHub({ OPERATION_HISTORY: '100', OPERATION_SILENT_MAX_MS: '1000' });
  await hub.admin.begin('brief', 'a');
  await hub.admin.report('brief', 'a', 'completed');
  await eventually(async () => (await hub.admin.send('GET', '/api/operations/brief')).status === 404);
});

test('two hundred operations that ended, each in its own way, leave none in memory', async () => {
  hub = await startTestHub({ METRICS_TOKEN: token });
  const before = await scrape(hub, token);
  const ids = Array.from({ length: 200 }, (_, index) => `op-${index}`);
  const socket = await watchAll(hub.admin);
  for (let at = 0; at < ids.length; at += 50) await Promise.all(ids.slice(at, at + 50).map((id) => hub.admin.begin(id, 'a')));
  expect(await active()).toBe(200);
  const ends = [
    (id: string) => hub.admin.report(id, 'a', 'completed'),
    (id: string) => hub.admin.report(id, 'a', 'error'),
    (id: string) => hub.admin.send('POST', `/api/operations/${id}/stop`),
    (id: string) => hub.admin.send('PATCH', `/api/operations/${id}`, { json: { state: 'error', message: 'given up' } }),
  ];
  for (let at = 0; at < ids.length; at += 50) await Promise.all(ids.slice(at, at + 50).map((id, index) => ends[index % ends.length]?.(id)));
  expect(await active()).toBe(0);
  expect(socket.messages.filter(isEnd)).toHaveLength(200);
  expect(grown(before, await scrape(hub, token), 'relevo_errors_total{code="internal"}')).toBe(0);
  socket.close();
});
