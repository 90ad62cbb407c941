// Tasks and reports between a real agent and a hub: at least once on the wire, once in effect.
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

async function connected(): Promise<void> {
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'inventory'));
}

test('a task that comes twice is done once', async () => {
  await bench.start();
  const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000), 'once'));
  bench.hub.repeat(id);
  await bench.hub.end(id);
  bench.hub.repeat(id);
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000), 'after')));
  expect(bench.hub.reports(id).filter((report) => report.status === 'completed').length).toBe(1);
  expect(bench.hub.journal.filter((report) => report.type === 'file_held').length).toBe(2);
});

test('a task is acknowledged, and not asked for again after a reconnect', async () => {
  await bench.start();
  const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000)));
  await bench.hub.end(id);
  expect(bench.hub.messages).toContainEqual({ type: 'received', seq: 1 });
  bench.hub.closeSocket(1001);
  await bench.hub.until(() => bench.hub.messages.filter((message) => message.type === 'hello').length === 2);
  expect(bench.hub.messages.findLast((message) => message.type === 'hello')).toMatchObject({ received_seq: 1 });
});

test('reports that were not acknowledged come again after a reconnect, each number once in the journal and in order', async () => {
  await bench.start();
  await connected();
  bench.hub.acknowledges = false;
  const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000)));
  await bench.hub.until(() => bench.hub.messages.some((message) => message.type === 'task_report' && message.status === 'completed'));
  expect(bench.hub.reports(id)).toEqual([]);
  bench.hub.acknowledges = true;
  bench.hub.closeSocket(1001);
  await bench.hub.end(id);
  const seqs = bench.hub.journal.map((report) => report.seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
});

test('reports survive the process', async () => {
  const first = await bench.start();
  await connected();
  bench.hub.acknowledges = false;
  const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000)));
  await bench.hub.until(() => bench.hub.messages.some((message) => message.type === 'task_report' && message.status === 'completed'));
  await first.stop();
  bench.hub.acknowledges = true;
  await bench.start();
  expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
});

test('an agent whose count is behind the hub goes on after it', async () => {
  bench.hub.ackedSeq = 1000;
  await bench.start();
  const id = bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000)));
  expect((await bench.hub.end(id)).seq).toBeGreaterThan(1000);
});

test('a kind of task that it does not know ends in error', async () => {
  await bench.start();
  const end = await bench.hub.end(bench.hub.give({ kind: 'coffee.make' }));
  expect([end.status, end.text.code]).toEqual(['error', 'step.unknown_task']);
});

test.each([
  { kind: 'file.fetch' },
  { kind: 'file.fetch', file: { id: 'x', name: 'n', size: -1, sha256: 'f'.repeat(64), media_type: '' } },
  { kind: 'file.fetch', file: { id: 'x', name: 'n', size: 1, sha256: 'F', media_type: '' } },
  { kind: 'file.delete', name: 5 },
])('a task that is not valid ends in error: %p', async (task) => {
  await bench.start();
  const end = await bench.hub.end(bench.hub.give(task));
  expect([end.status, end.text.code]).toEqual(['error', 'step.failed']);
});

test('deleting a file removes it and tells so; deleting it again finds nothing', async () => {
  await bench.start();
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(1000), 'doomed')));
  expect((await bench.hub.end(bench.hub.give({ kind: 'file.delete', name: 'doomed' }))).text.code).toBe('delete.done');
  expect(readdirSync(bench.filesDir)).not.toContain('doomed');
  expect(bench.hub.journal.filter((report) => report.type === 'file_gone').map((report) => report.name)).toEqual(['doomed']);
  expect((await bench.hub.end(bench.hub.give({ kind: 'file.delete', name: 'doomed' }))).text.code).toBe('delete.already_gone');
});

test.each(['../outside', '.relevo-partial', 'never delivered'])('deleting %p finds nothing', async (name) => {
  await bench.start();
  expect((await bench.hub.end(bench.hub.give({ kind: 'file.delete', name }))).text.code).toBe('delete.already_gone');
});

test('tasks about one file keep their order', async () => {
  await bench.start();
  const file = bench.hub.addFile(new Uint8Array(100_000), 'same');
  const ids = [
    bench.hub.deliver(file),
    bench.hub.give({ kind: 'file.delete', name: 'same' }),
    bench.hub.deliver(file),
    bench.hub.give({ kind: 'file.delete', name: 'same' }),
  ];
  for (const id of ids) expect((await bench.hub.end(id)).text.code).toBe(ids.indexOf(id) % 2 === 0 ? 'delivery.done' : 'delete.done');
});

test('many tasks at once all end', async () => {
  await bench.start();
  const ids = Array.from({ length: 60 }, (_, index) => bench.hub.deliver(bench.hub.addFile(new Uint8Array(index), `file ${index}`)));
  for (const id of ids) expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
});

test('a connection begins with everything that is held, in pages', async () => {
  await bench.start();
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(10), 'a')));
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(10), 'b')));
  bench.hub.closeSocket(1001);
  await bench.hub.until(() => bench.hub.journal.filter((report) => report.type === 'inventory').length === 2);
  const last = bench.hub.journal.findLast((report) => report.type === 'inventory');
  expect([last?.first, last?.files.map((file) => file.name)]).toEqual([true, ['a', 'b']]);
});

test('a file that was removed by hand while the agent was off is told as gone', async () => {
  const first = await bench.start();
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new Uint8Array(10), 'a')));
  await first.stop();
  rmSync(join(bench.filesDir, 'a'));
  await bench.start();
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'file_gone' && report.name === 'a'));
});
