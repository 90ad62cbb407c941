// What a killed or stopped agent leaves, the next one goes on with.

import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, openBench, quick, testTimeoutMs } from '../agent.fixture.ts';
import type { HubFile } from '../hub.fixture.ts';

const chunkBytes = 64 * 1024;
setDefaultTimeout(testTimeoutMs);

let bench: Bench;
let processes: Bun.Subprocess[];

beforeEach(() => {
  bench = openBench();
  processes = [];
});

afterEach(async () => {
  for (const process of processes) {
    process.kill('SIGKILL');
    await process.exited;
  }
  await bench.close();
});

function file(bytes: number, name = 'file'): HubFile {
  return bench.hub.addFile(new Uint8Array(randomBytes(bytes)), name);
}

function spawnAgent(): Bun.Subprocess {
  const process = Bun.spawn([globalThis.process.execPath, join(import.meta.dir, '../agent-process.fixture.ts')], {
    env: { ...quick, SERVER_URL: bench.hub.url, AGENT_DATA_DIR: bench.dataDir, LOG_LEVEL: 'silent' },
    stdout: 'ignore',
    stderr: 'inherit',
  });
  processes.push(process);
  return process;
}

/** Chunks that the agent's database has as verified; looked at while the agent writes to it. */
function savedChunks(): number {
  const db = new Database(join(bench.dataDir, 'agent.db'), { readonly: true });
  try {
    const row = db.query<{ verified: Uint8Array }, []>('SELECT verified FROM partial').get();
    return [...(row?.verified ?? [])].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  } finally {
    db.close();
  }
}

async function kill(process: Bun.Subprocess): Promise<void> {
  process.kill('SIGKILL');
  await process.exited;
}

/** Lets `requests` requests for content through and holds the others back; those get no bytes when it lets go. */
function holdAfter(requests: number): { release(): void; reached: Promise<void> } {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let seen = 0;
  bench.hub.onContent = async (_request, usual) => {
    seen += 1;
    if (seen <= requests) return usual();
    reached.resolve();
    await held.promise;
    return new Response(null, { status: 503 });
  };
  return {
    reached: reached.promise,
    release() {
      bench.hub.onContent = (_request, usual) => usual();
      held.resolve();
    },
  };
}

test('a stopped agent goes on from every verified chunk', async () => {
  const first = await bench.start({ TRANSFER_RANGES_AT_ONCE_MAX: '1', TRANSFER_RANGE_BYTES: String(chunkBytes) });
  const hold = holdAfter(10);
  const given = file(chunkBytes * 40);
  const id = bench.hub.deliver(given);
  await hold.reached;
  await first.stop();
  hold.release();
  const { bytesServed } = bench.hub;
  await bench.start();
  expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
  expect(bench.hub.bytesServed - bytesServed).toBeLessThanOrEqual(chunkBytes * 30);
  expect(bench.hub.reports(id).find((report) => report.text.code === 'delivery.resuming')?.text.values).toEqual({
    verified: chunkBytes * 10,
    total: chunkBytes * 40,
  });
  expect(readFileSync(join(bench.filesDir, 'file')).equals(given.bytes)).toBe(true);
});

test('a killed agent goes on from what it had saved', async () => {
  const given = file(chunkBytes * 60);
  const hold = holdAfter(12);
  const id = bench.hub.deliver(given);
  const first = spawnAgent();
  await hold.reached;
  await bench.hub.until(() => savedChunks() >= 40);
  await kill(first);
  hold.release();
  const { bytesServed } = bench.hub;
  spawnAgent();
  expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
  expect(bench.hub.bytesServed - bytesServed).toBeLessThan(given.bytes.length / 2);
  expect(readFileSync(join(bench.filesDir, 'file')).equals(given.bytes)).toBe(true);
});

/** Delivers the files to an agent that is killed again and again, at any moment; resolves to the tasks when each has ended well. */
async function deliverThroughKills(files: readonly HubFile[]): Promise<string[]> {
  const ids = files.map((given) => bench.hub.deliver(given));
  const ended = () => bench.hub.journal.filter((report) => report.type === 'task_report' && report.status === 'completed').length;
  for (let kills = 0; kills < 12 && ended() < files.length; kills += 1) {
    const agent = spawnAgent();
    // Dies after as many messages as chance has it.
    const until = bench.hub.messages.length + Math.floor(Math.random() * 25);
    await bench.hub.until(() => bench.hub.messages.length > until || ended() === files.length);
    await kill(agent);
  }
  spawnAgent();
  for (const id of ids) expect((await bench.hub.end(id)).status).toBe('completed');
  return ids;
}

test('killed again and again, at any moment, it delivers every file once, whole, and leaves nothing beside', async () => {
  const files = Array.from({ length: 6 }, (_, index) => file(chunkBytes * (index * 5) + index, `file ${index}`));
  const ids = await deliverThroughKills(files);
  for (const given of files) expect(readFileSync(join(bench.filesDir, given.name)).equals(given.bytes)).toBe(true);
  for (const id of ids) expect(bench.hub.reports(id).filter((report) => report.status !== 'in_progress').length).toBe(1);
  expect(readdirSync(join(bench.filesDir, '.relevo-partial'))).toEqual([]);
});

/** `bytes` with one byte of a chunk changed. */
function changed(bytes: Uint8Array, chunk: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[chunk * chunkBytes] = (copy[chunk * chunkBytes] ?? 0) ^ 1;
  return copy;
}

test('a killed agent copies nothing again, and still tells what was not sent', async () => {
  const first = spawnAgent();
  const before = file(chunkBytes * 60);
  await bench.hub.end(bench.hub.deliver(before));
  const hold = holdAfter(0);
  const id = bench.hub.deliver(bench.hub.addFile(changed(before.bytes, 30), 'file'));
  await bench.hub.until(() => savedChunks() === 59);
  await kill(first);
  rmSync(join(bench.filesDir, 'file'));
  hold.release();
  const { bytesServed } = bench.hub;
  spawnAgent();
  expect((await bench.hub.end(id)).text).toEqual({ code: 'delivery.done_partly_sent', values: { copied: chunkBytes * 59, total: chunkBytes * 60 } });
  expect(bench.hub.bytesServed - bytesServed).toBe(chunkBytes);
  expect(readFileSync(join(bench.filesDir, 'file')).equals(changed(before.bytes, 30))).toBe(true);
});

test('killed again and again while it copies from file to file, every one is right', async () => {
  const files = [file(chunkBytes * 40, 'version 0')];
  for (let version = 1; version < 8; version += 1) {
    const bytes = changed(files.at(-1)?.bytes ?? new Uint8Array(), version * 5 - 1);
    files.push(bench.hub.addFile(bytes, `version ${version % 3}`));
  }
  await deliverThroughKills(files);
  for (const given of files.slice(-3)) expect(readFileSync(join(bench.filesDir, given.name)).equals(given.bytes)).toBe(true);
  expect(readdirSync(join(bench.filesDir, '.relevo-partial'))).toEqual([]);
});

test('a stop that came before the kill is obeyed after it', async () => {
  const given = file(chunkBytes * 40);
  const hold = holdAfter(4);
  const id = bench.hub.deliver(given);
  const first = spawnAgent();
  await hold.reached;
  await kill(first);
  bench.hub.give({ kind: 'task.stop', task_id: id });
  spawnAgent();
  const end = await bench.hub.end(id);
  hold.release();
  expect(end.text.code).toBe('step.stopped');
  expect(readdirSync(bench.filesDir)).toEqual(['.relevo-partial']);
  expect(readdirSync(join(bench.filesDir, '.relevo-partial'))).toEqual([]);
});

test('two agents do not run on one data folder', async () => {
  await bench.start();
  expect(bench.start()).rejects.toThrow('another process is running');
});

test('SIGTERM ends it cleanly', async () => {
  const agent = spawnAgent();
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'inventory'));
  agent.kill('SIGTERM');
  expect(await agent.exited).toBe(0);
});
