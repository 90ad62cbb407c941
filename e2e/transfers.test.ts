// What goes on around a transfer: slow readers, deletions, stops, a full disk, and a hub that is killed while it receives.
import { afterEach, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { heldOn, type RunningAgent, runAgent, untilStatus } from './harness/agent.ts';
import { filesUnder, randomFile, sha256Of, sha256OfFile } from './harness/bytes.ts';
import { deliver, untilEnded, untilStep, upload } from './harness/deliveries.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { runProxy } from './harness/proxy.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';
import { faultsOf, Watcher } from './harness/watcher.ts';

const MB = 1_000_000;
const scope = new Scope();
afterEach(() => scope.end());

/** A hub, and an agent behind a link slow enough to have something to interrupt. */
async function slowLink(size: number, bytesPerSecond: number) {
  const hub = await runHub(scope);
  const proxy = await runProxy(scope, hub);
  const agent = await runAgent(scope, hub, { via: proxy.url, env: { TRANSFER_RANGE_BYTES: String(1024 ** 2) } });
  const path = join(await scope.folder(), 'file');
  const sha256 = await randomFile(path, size);
  const file = await upload(hub.admin, 'slow.bin', Bun.file(path));
  proxy.weather = { bytesPerSecond };
  const watcher = new Watcher(scope, hub.admin);
  const id = await deliver(hub.admin, file.id, [agent.id]);
  watcher.follow(id);
  await untilStep(hub.admin, id, 'bytes arrive', (step) => (step.bytes ?? 0) > 0);
  return { hub, proxy, agent, file, sha256, id, watcher, path };
}

/** Everything in the agent's folder, parts included. */
const leftOnDisk = (agent: RunningAgent) => filesUnder(agent.filesDir);

test('a file deleted on the hub ends its delivery in an error step that says so, and leaves nothing half', async () => {
  const { hub, agent, file, id, watcher } = await slowLink(30 * MB, MB);
  expect((await hub.admin.send('DELETE', `/api/files/${file.id}`)).status).toBe(204);
  const ended = await untilEnded(hub.admin, id);
  expect(ended).toMatchObject({ state: 'error', steps: [{ status: 'error', progress: 0, message: 'The file was deleted on the hub' }] });
  await until('nothing left on the agent', async () => (await leftOnDisk(agent)).length === 0);
  expect(await heldOn(agent)).toEqual([]);
  await watcher.untilState(id, 'error');
  expect(faultsOf(watcher.seen(id))).toEqual([]);
}, 60_000);

test('stop means stop: the operation is stopped, the agent keeps no part, and the same file can be sent again', async () => {
  const { hub, agent, proxy, file, sha256, id, watcher } = await slowLink(30 * MB, MB);
  expect((await hub.admin.send('POST', `/api/operations/${id}/stop`)).status).toBe(202);
  expect(await untilEnded(hub.admin, id)).toMatchObject({ state: 'stopped', steps: [{ status: 'error', message: 'Stopped' }] });
  await until('nothing left on the agent', async () => (await leftOnDisk(agent)).length === 0);
  await watcher.untilState(id, 'stopped');
  expect(faultsOf(watcher.seen(id))).toEqual([]);
  proxy.weather = {};
  const again = await deliver(hub.admin, file.id, [agent.id]);
  expect((await untilEnded(hub.admin, again)).state).toBe('completed');
  expect(await sha256OfFile(join(agent.filesDir, file.name))).toBe(sha256);
}, 60_000);

test('a stop of a delivery to an agent that is away ends it at once, and nothing arrives when the agent returns', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const file = await upload(hub.admin, 'never.txt', 'never');
  await agent.stop();
  await untilStatus(hub.admin, agent.id, 'offline');
  const id = await deliver(hub.admin, file.id, [agent.id]);
  await hub.admin.send('POST', `/api/operations/${id}/stop`);
  expect((await untilEnded(hub.admin, id)).state).toBe('stopped');
  const after = await upload(hub.admin, 'after.txt', 'after');
  const second = await deliver(hub.admin, after.id, [agent.id]);
  await agent.start();
  expect((await untilEnded(hub.admin, second)).state).toBe('completed');
  expect((await heldOn(agent)).map(({ name }) => name)).toEqual(['after.txt']);
}, 60_000);

test('a full disk of the agent ends the delivery in an error step that says so, keeps nothing, and harms no later one', async () => {
  const folder = await scope.folder();
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  if (mounted.exitCode !== 0) return process.stderr.write('      (not root: no disk to fill)\n');
  scope.onEnd(() => void Bun.spawnSync(['umount', '-l', disk]));
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub, { env: { FILES_DIR: disk, FREE_SPACE_MIN_BYTES: '0' } });
  const big = await upload(hub.admin, 'big.bin', randomBytes(40 * MB));
  const id = await deliver(hub.admin, big.id, [agent.id]);
  expect(await untilEnded(hub.admin, id)).toMatchObject({
    state: 'error',
    steps: [{ status: 'error', message: 'The disk of the agent is full; nothing was kept' }],
  });
  await until('nothing on the disk', async () => (await filesUnder(disk)).length === 0);
  const small = await upload(hub.admin, 'small.bin', randomBytes(MB));
  const second = await deliver(hub.admin, small.id, [agent.id]);
  expect((await untilEnded(hub.admin, second)).state).toBe('completed');
  expect(await sha256OfFile(join(disk, 'small.bin'))).toBe(small.sha256);
}, 60_000);

test('a client that downloads slowly holds up nobody', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const path = join(await scope.folder(), 'file');
  await randomFile(path, 60 * MB);
  const file = await upload(hub.admin, 'shared.bin', Bun.file(path));
  const content = `/api/files/${file.id}/content`;
  const slowly = await hub.admin.send('GET', content);
  const reader = slowly.body!.getReader();
  const hash = new Bun.CryptoHasher('sha256');
  let read = 0;
  const readOne = async () => {
    const { value } = await reader.read();
    if (!value) return false;
    hash.update(value);
    read += value.length;
    return true;
  };
  // One piece of the slow download between each of what the others do.
  await readOne();
  for (let round = 0; round < 3; round++) {
    const fast = await hub.admin.send('GET', content);
    expect(sha256Of(await fast.bytes())).toBe(file.sha256);
    await readOne();
  }
  const id = await deliver(hub.admin, file.id, [agent.id]);
  expect((await untilEnded(hub.admin, id)).state).toBe('completed');
  expect(read).toBeLessThan(file.size);
  while (await readOne());
  expect(hash.digest('hex')).toBe(file.sha256);
}, 60_000);

test('of a new version only the chunks that changed are sent, and the step says so', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const before = randomBytes(30 * MB);
  const after = Buffer.concat([before.subarray(0, MB), Buffer.from('inserted near the beginning'), before.subarray(MB)]);
  const sent = async () => {
    const metrics = await (await hub.admin.send('GET', '/metrics')).text();
    return Number(/^relevo_transfer_bytes_total\{direction="out"\} (\S+)$/m.exec(metrics)?.[1]);
  };
  const first = await upload(hub.admin, 'versions.bin', before);
  await untilEnded(hub.admin, await deliver(hub.admin, first.id, [agent.id]));
  // Killed in between, the agent knows all the same what it has.
  await agent.kill();
  await agent.start();
  const sentBefore = await sent();
  const second = await upload(hub.admin, 'versions.bin', after);
  const ended = await untilEnded(hub.admin, await deliver(hub.admin, second.id, [agent.id]));
  expect(ended.steps[0]?.message).toMatch(/^Delivered and verified; 2\d\.\d MB of 30\.0 MB did not have to be sent$/);
  expect(await sha256OfFile(join(agent.filesDir, 'versions.bin'))).toBe(sha256Of(after));
  // The chunk it fell into, and those after it until the cuts fall where they fell before.
  expect((await sent()) - sentBefore).toBeLessThan(6 * MB);
}, 60_000);

test('two uploads of the same bytes at once are two files of one content', async () => {
  const hub = await runHub(scope);
  const body = randomBytes(10 * MB);
  const [one, other] = await Promise.all([upload(hub.admin, 'one.bin', body), upload(hub.admin, 'other.bin', body)]);
  expect([one.sha256, other.sha256]).toEqual([sha256Of(body), sha256Of(body)]);
  expect(one.id).not.toBe(other.id);
  await hub.admin.send('DELETE', `/api/files/${one.id}`);
  const kept = await hub.admin.send('GET', `/api/files/${other.id}/content`);
  expect(sha256Of(await kept.bytes())).toBe(one.sha256);
}, 60_000);

describe('a hub that is killed while it receives', () => {
  const onDisk = async (hub: RunningHub) => (await filesUnder(hub.dataDir)).filter((path) => !/\.db(-\w+)?$/.test(path));

  test('leaves no orphan of a raw upload once it is back, and takes it anew', async () => {
    const hub = await runHub(scope);
    const before = await onDisk(hub);
    const bytes = randomBytes(20 * MB);
    // A body that stops in the middle and waits.
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(bytes.subarray(0, 10 * MB)),
    });
    const sent = hub.admin.send('POST', '/api/files?name=raw.bin', { body }).catch((error: unknown) => error);
    await until('bytes on the disk of the hub', async () => (await onDisk(hub)).length > before.length);
    await hub.kill();
    expect(await sent).toBeInstanceOf(Error);
    await hub.start();
    expect(await onDisk(hub)).toEqual(before);
    expect((await hub.admin.ask('GET', '/api/files')).files).toEqual([]);
    expect((await upload(hub.admin, 'raw.bin', bytes)).sha256).toBe(sha256Of(bytes));
  }, 60_000);

  test('goes on with a resumable upload where its bytes end', async () => {
    const hub = await runHub(scope);
    const bytes = randomBytes(20 * MB);
    const tus = { 'tus-resumable': '1.0.0' };
    const created = await hub.admin.send('POST', '/api/uploads', {
      headers: { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${Buffer.from('añó 📷.bin').toString('base64')}` },
    });
    expect(created.status).toBe(201);
    const location = new URL(created.headers.get('location') ?? '', hub.url).pathname;
    const patch = (offset: number, body: BodyInit) =>
      hub.admin.send('PATCH', location, { headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, body });
    const offsetNow = async () => Number((await hub.admin.send('HEAD', location, { headers: tus })).headers.get('upload-offset'));

    let kills = 0;
    for (let offset = 0; offset < bytes.length; offset = await offsetNow()) {
      if (kills === 3) {
        expect((await patch(offset, bytes.subarray(offset))).status).toBe(204);
        continue;
      }
      const piece = bytes.subarray(offset, offset + 4 * MB);
      const body = new ReadableStream({ start: (controller) => controller.enqueue(piece) });
      const sent = patch(offset, body).catch((error: unknown) => error);
      await until('bytes received', async () => (await sizesUnder(hub)) >= offset + piece.length / 2);
      await hub.kill();
      await sent;
      await hub.start();
      kills += 1;
    }
    expect(kills).toBe(3);
    const { files } = await hub.admin.ask('GET', '/api/files');
    expect(files).toMatchObject([{ name: 'añó 📷.bin', sha256: sha256Of(bytes), size: bytes.length }]);
  }, 60_000);

  /** Bytes that the hub has written of uploads. */
  async function sizesUnder(hub: RunningHub): Promise<number> {
    return (await onDisk(hub)).reduce((sum, path) => sum + Bun.file(join(hub.dataDir, path)).size, 0);
  }
});

test('deleting on the agent is an operation, and the file is gone there', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const file = await upload(hub.admin, 'añó "📷".png', 'a photo');
  await untilEnded(hub.admin, await deliver(hub.admin, file.id, [agent.id]));
  expect(await hub.admin.ask('GET', `/api/agents/${agent.id}/files`)).toMatchObject([{ name: file.name, sha256: file.sha256 }]);
  const { operation_id } = await hub.admin.ask('DELETE', `/api/agents/${agent.id}/files/${encodeURIComponent(file.name)}`);
  expect(await untilEnded(hub.admin, operation_id)).toMatchObject({ state: 'completed', kind: 'agent-file-deletion' });
  expect(await heldOn(agent)).toEqual([]);
  await until('the hub knows', async () => (await hub.admin.ask('GET', `/api/agents/${agent.id}/files`)).length === 0);
}, 60_000);
