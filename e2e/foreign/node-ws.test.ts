// The machine's own Node against the real hub: `ws` by itself, under the SDK's watcher, and the SDK's reporter.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type RunningHub, runHub } from '../harness/hub.ts';
import { Scope } from '../harness/scope.ts';
import { until } from '../harness/until.ts';

const scope = new Scope();
let hub: RunningHub;

beforeAll(async () => {
  const built = Bun.spawn(['node', join(import.meta.dir, '../../packages/progress/build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  hub = await runHub(scope);
});
afterAll(() => scope.end());

/** Runs an ES module on Node with the hub's address and a session; resolves to what it printed, parsed. */
async function onNode(source: string, env: Record<string, string> = {}): Promise<unknown> {
  const { url, cookie, userId } = hub.admin;
  const child = Bun.spawn(['node', '--input-type=module', '-e', source], {
    cwd: import.meta.dir,
    env: { ...process.env, HUB: url, COOKIE: cookie, USER_ID: String(userId), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  scope.onEnd(() => child.kill());
  const text = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return JSON.parse(text);
}

async function finish(id: string): Promise<void> {
  await hub.admin.ask('POST', '/api/operations', { json: { id, kind: 'test', title: 'work', steps: ['a'] } });
  await hub.admin.ask('PATCH', `/api/operations/${id}/steps/a`, { json: { status: 'completed' } });
}

test('ws gets every event once, its ping answered, and its own close code back', async () => {
  await finish('ws-1');
  const seen = await onNode(`
    import { WebSocket } from 'ws';
    const { HUB, COOKIE, USER_ID } = process.env;
    const socket = new WebSocket(HUB.replace('http', 'ws') + '/ws/progress?userId=' + USER_ID, { headers: { cookie: COOKIE, origin: HUB } });
    const events = [];
    let pong;
    socket.on('open', () => {
      socket.ping('there?');
      socket.send('{"type":"start_operation",', { fin: false });
      socket.send('"operation_id":"ws-1"}', { fin: true });
    });
    socket.on('pong', (data) => { pong = data.toString(); });
    socket.on('message', (data) => {
      events.push(JSON.parse(data));
      if (events.at(-1).state === 'completed') socket.close(3000);
    });
    socket.on('close', (code) => console.log(JSON.stringify({ code, pong, seqs: events.map(({ seq }) => seq), extensions: socket.extensions })));
  `);
  expect(seen).toEqual({ code: 3000, pong: 'there?', seqs: [1, 2, 3, 4, 5], extensions: '' });
});

test("the SDK's watcher on Node follows an operation through ws, to its end", async () => {
  const id = 'ws-2';
  const watched = onNode(`
    import { createWatcher } from '@relevo/progress/watch';
    import { WebSocket } from 'ws';
    const { HUB, COOKIE, USER_ID } = process.env;
    class WithSession extends WebSocket {
      constructor(url) { super(url, { headers: { cookie: COOKIE, origin: HUB } }); }
    }
    const watcher = createWatcher({ base: HUB, userId: Number(USER_ID), WebSocket: WithSession });
    const seqs = [];
    for await (const { seq } of watcher.watchOperation('${id}')) seqs.push(seq);
    watcher.close();
    console.log(JSON.stringify(seqs));
  `);
  await finish(id);
  const seqs = (await watched) as number[];
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(seqs.length).toBeGreaterThanOrEqual(5);
});

test('the SDK on Node reports to the hub, counts bytes, and hears a stop', async () => {
  const { key } = await hub.admin.ask('POST', '/api/api-keys', { json: { name: 'node' } });
  const reported = onNode(
    `
    import { createHubReporter } from '@relevo/progress/report';
    const reporter = createHubReporter({ url: process.env.HUB, apiKey: process.env.KEY, onProblem: console.error });
    const copy = reporter.operation({ id: 'node-copy', kind: 'copy', title: 'Copy' });
    await copy.run(() => copy.step('copy', (step) => step.bytes(512, 1024, 'Copying')));
    const long = reporter.operation({ id: 'node-long', kind: 'wait' });
    const how = await long
      .run(() => long.step('wait', ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))))
      .catch((error) => error.name);
    console.log(JSON.stringify({ how, flushed: await reporter.close() }));
  `,
    { KEY: key },
  );
  await until('the step runs', async () => (await hub.admin.ask('GET', '/api/operations/node-long')).steps.length > 0);
  await until('it is stopped', async () => {
    await hub.admin.ask('POST', '/api/operations/node-long/stop');
    return (await hub.admin.ask('GET', '/api/operations/node-long')).state === 'stopped';
  });
  expect(await reported).toEqual({ how: 'AbortError', flushed: true });
  const { state, steps } = await hub.admin.ask('GET', '/api/operations/node-copy');
  expect({ state, steps }).toMatchObject({ state: 'completed', steps: [{ step: 'copy', status: 'completed', progress: 100 }] });
});
