import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import { type AgentDatabase, openAgentDatabase } from '../database/database.ts';
import { openBandwidth } from './bandwidth.ts';

setDefaultTimeout(testTimeoutMs);

let folder: string;
let db: AgentDatabase;
let bench: Bench;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relevo-bandwidth-'));
  ({ db } = await openAgentDatabase(folder));
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

test('without a limit every turn comes at once, and requests may be of any size', async () => {
  const bandwidth = await openBandwidth(db, 0);
  for (let turn = 0; turn < 100; turn += 1) await bandwidth.turn(1e9, never);
  expect(bandwidth.requestBytes).toBe(Number.POSITIVE_INFINITY);
});

test('turns take the time their bytes take at the limit, however many wait at once', async () => {
  const bandwidth = await openBandwidth(db, 1_000_000);
  const began = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => bandwidth.turn(50_000, never)));
  // The first goes at once; the fifth waits for the four before it.
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
});

test('a stop ends the wait with its reason', async () => {
  const bandwidth = await openBandwidth(db, 1);
  await bandwidth.turn(1_000_000, never);
  const stop = new AbortController();
  const waiting = bandwidth.turn(1, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('a new limit counts at once for who waits, and holds across a restart', async () => {
  const bandwidth = await openBandwidth(db, 1);
  await bandwidth.turn(1_000_000, never);
  const waiting = bandwidth.turn(1_000_000, never);
  await bandwidth.set(0);
  await waiting;
  await bandwidth.set(123_456);
  expect((await openBandwidth(db, 0)).limit).toBe(123_456);
});

test('a limited delivery takes its time, and arrives whole', async () => {
  await bench.start({ TRANSFER_RATE_MAX_BYTES: '1000000' });
  const file = bench.hub.addFile(new Uint8Array(randomBytes(640 * 1024)), 'slow');
  const began = performance.now();
  await bench.hub.end(bench.hub.deliver(file));
  expect(performance.now() - began).toBeGreaterThan(500);
  expect(await Bun.file(join(bench.filesDir, 'slow')).bytes()).toEqual(file.bytes);
});
