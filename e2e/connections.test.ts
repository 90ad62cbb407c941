// Deliveries over connections that are cut, go half-open, corrupt, or meet a hub that is not available: nothing lost, nothing half.
import { afterEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { heldOn, type RunningAgent, runAgent, untilStatus } from './harness/agent.ts';
import { filesUnder, randomFile, sha256OfFile } from './harness/bytes.ts';
import { deliver, operation, untilEnded, untilStep, upload } from './harness/deliveries.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { type NetworkProxy, runProxy } from './harness/proxy.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const MB = 1_000_000;
const scope = new Scope();
afterEach(() => scope.end());

/** Dead peers are noticed within a second. */
const hubSettings = { AGENT_HEARTBEAT_MS: '300' };
const agentSettings = { TRANSFER_STALL_MAX_MS: '700', TRANSFER_RANGE_BYTES: String(4 * 1024 ** 2), HUB_REQUEST_TIMEOUT_MS: '1000' };

interface Parts {
  hub: RunningHub;
  agent: RunningAgent;
  proxy: NetworkProxy;
  watcher: Watcher;
  file: { id: string; name: string; sha256: string; size: number };
}

/** A hub, an agent that reaches it only through the proxy, and a file on the hub. */
async function parts(size: number, hubEnv: Record<string, string> = {}): Promise<Parts> {
  const hub = await runHub(scope, { ...hubSettings, ...hubEnv });
  const proxy = await runProxy(scope, hub);
  const agent = await runAgent(scope, hub, { via: proxy.url, env: agentSettings });
  const path = join(await scope.folder(), 'file');
  await randomFile(path, size);
  const file = await upload(hub.admin, 'update.bin', Bun.file(path));
  return { hub, agent, proxy, watcher: new Watcher(scope, hub.admin), file };
}

async function begin({ hub, agent, watcher, file }: Parts): Promise<string> {
  const id = await deliver(hub.admin, file.id, [agent.id]);
  watcher.follow(id);
  return id;
}

/** The delivery ended well: the right bytes, once, nothing beside them, and a watcher saw it all in order. */
async function expectDelivered({ hub, agent, watcher, file }: Parts, id: string): Promise<void> {
  const ended = await untilEnded(hub.admin, id, { timeoutMs: 60_000 });
  expect(ended).toMatchObject({ state: 'completed', steps: [{ status: 'completed', progress: 100 }] });
  expect(await sha256OfFile(join(agent.filesDir, file.name))).toBe(file.sha256);
  await expectNothingHalf(agent, [file.name]);
  await watcher.untilState(id, 'completed');
  expect(faultsOf(watcher.seen(id))).toEqual([]);
}

/** The agent holds these files, says so, and has nothing else in its folder: no part of anything. */
async function expectNothingHalf(agent: RunningAgent, names: readonly string[]): Promise<void> {
  expect((await heldOn(agent)).map(({ name }) => name).sort()).toEqual([...names]);
  await until(`only ${names.join()} in the agent's folder`, async () => Bun.deepEquals(await filesUnder(agent.filesDir), [...names]));
}

function untilMoving({ hub }: Parts, id: string, bytes = 1): Promise<unknown> {
  return untilStep(hub.admin, id, 'bytes arrive', (step) => step.status === 'in_progress' && (step.bytes ?? 0) >= bytes);
}

describe('a connection', () => {
  test('that is cut every few megabytes delivers', async () => {
    const made = await parts(60 * MB);
    made.proxy.weather = { cutAfterBytes: 3 * MB };
    await expectDelivered(made, await begin(made));
    // No range of 4 MiB ever arrives whole: what was verified of one is kept, or this would never end.
    expect(made.proxy.connectionsCut).toBeGreaterThan(10);
  }, 90_000);

  test('that goes half-open in the middle is noticed by both ends, and the delivery goes on over a new one', async () => {
    const made = await parts(24 * MB);
    made.proxy.weather = { bytesPerSecond: MB };
    const id = await begin(made);
    await untilMoving(made, id, 2 * MB);
    const connections = () => made.agent.logs.filter(({ event }) => event === 'connected').length;
    const before = connections();
    made.proxy.weather = {};
    made.proxy.swallow();
    await until('the agent dialled anew', () => connections() > before);
    await expectDelivered(made, id);
  }, 60_000);

  test('that goes half-open while nothing happens changes the presence within the heartbeat', async () => {
    // Long beside what a busy machine keeps a process waiting.
    const heartbeatMs = 2000;
    const made = await parts(1000, { AGENT_HEARTBEAT_MS: String(heartbeatMs) });
    made.proxy.weather = { unavailable: true };
    made.proxy.swallow();
    const swallowedAt = Date.now();
    await untilStatus(made.hub.admin, made.agent.id, 'offline');
    expect(Date.now() - swallowedAt).toBeLessThan(heartbeatMs * 4 + 500);
    made.proxy.weather = {};
    await untilStatus(made.hub.admin, made.agent.id, 'online');
  }, 60_000);

  test('that is slow and late delivers', async () => {
    const made = await parts(3 * MB);
    made.proxy.weather = { delayMs: 30, bytesPerSecond: 4 * MB };
    await expectDelivered(made, await begin(made));
  }, 60_000);

  test('that corrupts a few responses delivers the right bytes all the same', async () => {
    const made = await parts(40 * MB);
    made.proxy.weather = { corruptResponses: 3 };
    await expectDelivered(made, await begin(made));
    expect(made.proxy.responsesCorrupted).toBe(3);
  }, 60_000);

  test('that corrupts everything ends in an error step that says so, and nothing is kept', async () => {
    const made = await parts(8 * MB);
    made.proxy.weather = { corruptResponses: Number.POSITIVE_INFINITY };
    const id = await begin(made);
    const ended = await untilEnded(made.hub.admin, id, { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ state: 'error', steps: [{ status: 'error', progress: 0 }] });
    expect(ended.steps[0]?.message).toMatch(/did not match their SHA-256 after \d+ attempts; nothing was kept/);
    await expectNothingHalf(made.agent, []);
    // The network got well again: the same file, asked for anew, arrives.
    made.proxy.weather = {};
    await expectDelivered(made, await begin(made));
  }, 90_000);
});

test('a hub that answers 503 for a while is asked again until it serves', async () => {
  const made = await parts(20 * MB);
  made.proxy.weather = { bytesPerSecond: MB };
  const id = await begin(made);
  await untilMoving(made, id);
  made.proxy.weather = { unavailable: true };
  made.proxy.cut();
  await untilStep(made.hub.admin, id, 'the loss is told', (step) => /lost|trying again|desconect/i.test(step.message));
  made.proxy.weather = {};
  await expectDelivered(made, id);
}, 60_000);

describe('an agent that is away for the whole delivery', () => {
  test('has a pending step that says so, and gets the file when it returns', async () => {
    const made = await parts(5 * MB);
    await made.agent.stop();
    await untilStatus(made.hub.admin, made.agent.id, 'offline');
    const id = await begin(made);
    expect(await operation(made.hub.admin, id)).toMatchObject({
      state: 'pending',
      steps: [{ status: 'pending', message: 'The agent is offline; it gets the file when it returns' }],
    });
    expect((await untilStatus(made.hub.admin, made.agent.id, 'offline')).tasks_waiting).toBe(1);
    await made.agent.start();
    await expectDelivered(made, id);
  }, 60_000);

  test('gets it although the hub was killed in between, and in the order that was asked', async () => {
    const made = await parts(1 * MB);
    await made.agent.stop();
    await untilStatus(made.hub.admin, made.agent.id, 'offline');
    const ids: string[] = [];
    const names = ['c.bin', 'a.bin', 'b.bin'];
    for (const name of names) ids.push(await begin({ ...made, file: await upload(made.hub.admin, name, crypto.getRandomValues(new Uint8Array(50_000))) }));
    await made.hub.kill();
    await made.hub.start();
    for (const id of ids) expect(await operation(made.hub.admin, id)).toMatchObject({ state: 'pending', steps: [{ status: 'pending' }] });
    await made.agent.start({ TASKS_AT_ONCE_MAX: '1' });
    for (const id of ids) {
      expect((await untilEnded(made.hub.admin, id)).state).toBe('completed');
      await made.watcher.untilState(id, 'completed');
      expect(faultsOf(made.watcher.seen(id))).toEqual([]);
    }
    const endings = ids.map((id) => made.watcher.seen(id).find((event) => 'step' in event && event.status === 'completed')?.timestamp ?? '');
    expect(endings).toEqual([...endings].sort());
    await expectNothingHalf(made.agent, [...names].sort());
  }, 60_000);
});
