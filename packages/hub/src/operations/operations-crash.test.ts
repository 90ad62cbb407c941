// What a hub makes of operations when the process before it did not end as it should.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepEvent } from '@relevo/protocol';
import { createLog, readSettings } from '@relevo/runtime';
import { openHubDatabase } from '../database/database.ts';
import { hubSettings } from '../settings.ts';
import { Operations } from './operations.ts';

const spec = { kind: 'copy', title: '', carrier: 'reporter', language: 'en', request: '', endsWithSteps: false, steps: [] } as const;

let folder: string;
let opened: Awaited<ReturnType<typeof openHubDatabase>>;
const started: Operations[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-crash-'));
  opened = await openHubDatabase(folder);
});
afterAll(async () => {
  for (const operations of started) await operations.close();
  await opened.db.destroy();
  await rm(folder, { recursive: true });
});

/** Operations as a process finds them at its start. */
async function start(): Promise<Operations> {
  const settings = readSettings(hubSettings, { HUB_DATA_DIR: folder, TICK_INTERVAL_MS: '1', TICK_MERGE_INTERVAL_MS: '60000' });
  const operations = new Operations({
    database: opened,
    settings,
    log: createLog({ level: 'silent', format: 'json', service: 'hub' }),
    topics: { publish: () => 0, isHeard: () => false },
  });
  started.push(operations);
  await operations.restore();
  return operations;
}

async function progressTo(operations: Operations, id: string, values: readonly number[]): Promise<void> {
  for (const progress of values) {
    operations.engine.report({ userId: 1, id }, 'a', { status: 'in_progress', message: '', progress });
    await operations.engine.flush();
  }
}

test('a process that ended as it should is gone on from with the very next number', async () => {
  const key = { userId: 1, id: 'clean' };
  const before = await start();
  await before.begin(key, spec);
  await progressTo(before, key.id, [0, 10, 20]);
  const { seq } = before.engine.find(key) ?? { seq: Number.NaN };
  await before.close();
  const after = await start();
  expect([after.engine.find(key)?.seq, after.engine.catchUp(key, seq)]).toEqual([seq, []]);
  await after.close();
});

test('after one that was killed all percentages are there, and numbers leap above all that were shown', async () => {
  const key = { userId: 1, id: 'killed' };
  const before = await start();
  await before.begin(key, spec);
  await progressTo(before, key.id, [0, 10, 20]);
  const { seq } = before.engine.find(key) ?? { seq: Number.NaN };
  const after = await start();
  const caughtUp = after.engine.catchUp(key, seq) ?? [];
  expect(caughtUp.map((event) => [event.snapshot, (event as StepEvent).progress])).toEqual([
    [true, 20],
    [true, undefined],
  ]);
  const last = caughtUp.at(-1)?.seq ?? 0;
  expect(last).toBeGreaterThan(seq + 100_000);
  await progressTo(after, key.id, [30]);
  expect(after.engine.catchUp(key, last)).toMatchObject([{ seq: last + 1, progress: 30 }]);
});

test('after a loss of power that took the last percentages, none of their numbers comes again', async () => {
  const key = { userId: 1, id: 'powerless' };
  const before = await start();
  await before.begin(key, spec);
  await progressTo(before, key.id, [0, 10, 20, 30]);
  const { seq } = before.engine.find(key) ?? { seq: Number.NaN };
  await opened.db.deleteFrom('operation_tick').execute();
  const after = await start();
  await progressTo(after, key.id, [5, 15]);
  const seen = after.engine.catchUp(key, seq) ?? [];
  expect(seen.filter((event) => event.snapshot !== true && event.seq <= seq)).toEqual([]);
  expect(seen.at(-1)).toMatchObject({ progress: 15 });
});
