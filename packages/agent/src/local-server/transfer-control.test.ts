// What the person at the agent can do about transfers and files, over the local server's real socket.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import type { RunningAgent } from '../agent.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
async function ask(agent: RunningAgent, method: string, path: string, json?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(agent.url + path, { method, ...(json !== undefined && { body: JSON.stringify(json) }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** A delivery of 2 MiB whose ranges after the first few wait until `release` is called. */
async function halfWay(): Promise<{ agent: RunningAgent; id: string; bytes: Uint8Array<ArrayBuffer>; release(): void }> {
  const agent = await bench.start({ TRANSFER_STALL_MAX_MS: '60000' });
  const whole = new Uint8Array(randomBytes(2 * 1024 ** 2));
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  bench.hub.onContent = async (_request, usual) => {
    asked += 1;
    if (asked > 2) await gate.promise;
    return usual();
  };
  const id = bench.hub.deliver(bench.hub.addFile(whole, 'half'));
  await bench.hub.until(() => asked > 4);
  return { agent, id, bytes: whole, release: () => gate.resolve() };
}

const pausedReport = (id: string) => () => bench.hub.reports(id).some(({ text }) => text.code === 'delivery.paused');

describe('a transfer', () => {
  test('that is paused keeps what it has, says so at the hub, and goes on from there', async () => {
    const { agent, id, bytes, release } = await halfWay();
    expect((await ask(agent, 'POST', `/api/transfers/${id}/pause`)).status).toBe(202);
    await bench.hub.until(pausedReport(id));
    const { body } = await ask(agent, 'GET', '/api/transfers');
    expect(body.transfers[0]).toMatchObject({ task_id: id, status: 'pending', is_paused: true, is_transfer: true, text: { code: 'delivery.paused' } });
    expect(existsSync(join(bench.filesDir, 'half'))).toBe(false);
    release();
    expect((await ask(agent, 'POST', `/api/transfers/${id}/resume`)).status).toBe(202);
    expect((await bench.hub.end(id)).status).toBe('completed');
    expect(await Bun.file(join(bench.filesDir, 'half')).bytes()).toEqual(bytes);
    const resuming = bench.hub.reports(id).find(({ text }) => text.code === 'delivery.resuming');
    expect(resuming?.text.values?.verified).toBeGreaterThan(0);
  });

  test('that is paused stays so across a restart of the agent', async () => {
    const { agent, id, bytes, release } = await halfWay();
    await ask(agent, 'POST', `/api/transfers/${id}/pause`);
    await bench.hub.until(pausedReport(id));
    release();
    await agent.stop();
    const again = await bench.start();
    expect((await ask(again, 'GET', '/api/transfers')).body.transfers).toMatchObject([{ task_id: id, is_paused: true }]);
    // What comes after it is not held up.
    await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(10), 'other')));
    expect(existsSync(join(bench.filesDir, 'half'))).toBe(false);
    await ask(again, 'POST', `/api/transfers/${id}/resume`);
    await bench.hub.end(id);
    expect(await Bun.file(join(bench.filesDir, 'half')).bytes()).toEqual(bytes);
  });

  test('that is stopped, running or paused, ends as stopped and leaves nothing behind', async () => {
    for (const paused of [false, true]) {
      const { agent, id, release } = await halfWay();
      if (paused) {
        await ask(agent, 'POST', `/api/transfers/${id}/pause`);
        await bench.hub.until(pausedReport(id));
      }
      expect((await ask(agent, 'POST', `/api/transfers/${id}/stop`)).status).toBe(202);
      expect(await bench.hub.end(id)).toMatchObject({ status: 'error', text: { code: 'step.stopped' } });
      expect(readdirSync(bench.filesDir).filter((name) => name === 'half')).toEqual([]);
      release();
      await bench.close();
      bench = openBench();
    }
  });

  test('that is paused is stopped by the hub all the same', async () => {
    const { agent, id, release } = await halfWay();
    await ask(agent, 'POST', `/api/transfers/${id}/pause`);
    await bench.hub.until(pausedReport(id));
    bench.hub.give({ kind: 'task.stop', task_id: id });
    expect(await bench.hub.end(id)).toMatchObject({ status: 'error', text: { code: 'step.stopped' } });
    release();
  });

  test('that is not there, or has ended, can be neither paused nor resumed nor stopped', async () => {
    const agent = await bench.start();
    const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(10)));
    await bench.hub.end(id);
    for (const path of [id, 'no-such-transfer']) {
      for (const verb of ['pause', 'resume', 'stop']) {
        const { status, body } = await ask(agent, 'POST', `/api/transfers/${path}/${verb}`);
        expect([status, body.code]).toEqual([404, 'not_found']);
      }
    }
  });
});

describe('the history', () => {
  test('has what ended, newest first, in pages, and is there after a restart', async () => {
    const agent = await bench.start();
    for (const name of ['one', 'two', 'three']) await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(10), name)));
    await bench.hub.end(bench.hub.give({ kind: 'file.delete', name: 'two' }));
    await agent.stop();
    const again = await bench.start();
    const first = (await ask(again, 'GET', '/api/history?limit=3')).body;
    expect(first.tasks.map(({ kind, title, status }: Record<string, string>) => [kind, title, status])).toEqual([
      ['file.delete', 'two', 'completed'],
      ['file.fetch', 'three', 'completed'],
      ['file.fetch', 'two', 'completed'],
    ]);
    expect(first.tasks[0]).toMatchObject({ message: 'Deleted' });
    const second = (await ask(again, 'GET', `/api/history?limit=3&cursor=${first.next_cursor}`)).body;
    expect(second.tasks.map(({ title }: Record<string, string>) => title)).toEqual(['one']);
    expect(second.next_cursor).toBeNull();
    expect((await ask(again, 'GET', '/api/transfers')).body.transfers).toHaveLength(4);
  });

  test('refuses a cursor of another list and a limit that is none', async () => {
    const agent = await bench.start();
    for (const query of ['cursor=nonsense', 'limit=0', 'limit=x', 'limit=201']) {
      const { status, body } = await ask(agent, 'GET', `/api/history?${query}`);
      expect([query, status, body.code]).toEqual([query, 400, 'invalid_request']);
    }
  });
});

describe('a held file that is verified again', () => {
  test('is intact as long as its bytes are', async () => {
    const agent = await bench.start();
    await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new TextEncoder().encode('as it was'), 'kept')));
    expect(await ask(agent, 'POST', '/api/files/kept/verify')).toEqual({ status: 200, body: { intact: true } });
    expect((await ask(agent, 'POST', '/api/files/other/verify')).status).toBe(404);
  });

  test('is forgotten, and the hub told, when its bytes changed though size and time did not', async () => {
    const agent = await bench.start();
    await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new TextEncoder().encode('as it was'), 'rotten')));
    const path = join(bench.filesDir, 'rotten');
    const { atimeMs, mtimeMs } = await stat(path);
    // The time to the nanosecond is part of what is compared: it is set back as exactly as the system allows.
    writeFileSync(path, 'as it wAs');
    utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    expect(await ask(agent, 'POST', '/api/files/rotten/verify')).toEqual({ status: 200, body: { intact: false } });
    await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'file_gone' && report.name === 'rotten'));
    expect((await ask(agent, 'GET', '/api/files')).body.files).toEqual([]);
  });
});

test('the limit of the rate is set, told, kept, and refused when it is none', async () => {
  const agent = await bench.start();
  for (const bad of [{}, { transfer_rate_max: -1 }, { transfer_rate_max: 1.5 }, { transfer_rate_max: 'fast' }, []]) {
    const { status, body } = await ask(agent, 'PATCH', '/api/settings', bad);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  }
  expect(await ask(agent, 'PATCH', '/api/settings', { transfer_rate_max: 500_000 })).toEqual({ status: 200, body: { transfer_rate_max: 500_000 } });
  await agent.stop();
  const again = await bench.start();
  expect((await ask(again, 'GET', '/api/status')).body).toMatchObject({ transfer_rate_max: 500_000, files_dir: bench.filesDir });
});

test('an agent that waits comes back to its hub at once when asked to', async () => {
  await bench.hub.stop();
  const agent = await bench.start({ RECONNECT_DELAY_MIN_MS: '3600000', RECONNECT_DELAY_MAX_MS: '3600000' });
  while ((await ask(agent, 'GET', '/api/status')).body.connection.phase !== 'waiting') await Bun.sleep(5);
  bench.hub.start();
  while ((await ask(agent, 'GET', '/api/status')).body.connection.state !== 'connected') {
    expect((await ask(agent, 'POST', '/api/reconnect')).status).toBe(202);
    await Bun.sleep(5);
  }
});
