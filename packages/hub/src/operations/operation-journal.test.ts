// The journal on a real database: what is written, how hard, and what a crash leaves of it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationEngine } from '@relevo/progress/engine';
import type { StepEvent } from '@relevo/protocol';
import { openHubDatabase } from '../database/database.ts';
import { mergeTicks } from './merge-ticks.ts';
import { type HubTransaction, operationJournal } from './operation-journal.ts';
import { OperationStore } from './operation-store.ts';

const key = { userId: 1, id: 'copy' };
const spec = { kind: 'copy', title: '', carrier: 'reporter', language: 'en', request: '', endsWithSteps: false, steps: [] } as const;

let folder: string;
let opened: Awaited<ReturnType<typeof openHubDatabase>>;
let engine: OperationEngine<HubTransaction>;
let flushes = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-journal-'));
  opened = await openHubDatabase(folder);
  const flushed = () => {
    flushes += 1;
    return opened.flushed();
  };
  engine = new OperationEngine({
    journal: operationJournal({ database: { ...opened, flushed }, tickMergeIntervalMs: 60_000 }),
    publish: () => {},
    limits: { tickIntervalMs: 0 },
  });
  engine.register(key, spec);
  engine.report(key, 'a', { status: 'in_progress', message: '' });
  await engine.commit();
});
afterAll(async () => {
  await engine.stop();
  await opened.db.destroy();
  await rm(folder, { recursive: true });
});

/** What goes with a commit that is there for its own sake. */
const another = async () => {};

/** 1: NORMAL, which does not wait for the disk; 2: FULL, which does. */
const synchronous = () => opened.connection.query<{ synchronous: number }, []>('PRAGMA synchronous').get()?.synchronous;

test('percentages do not wait for the disk, what follows them does', async () => {
  flushes = 0;
  engine.report(key, 'a', { status: 'in_progress', message: '', progress: 10 });
  await engine.commit(another, { lasting: false });
  expect(flushes).toBe(0);
  engine.report(key, 'a', { status: 'error', message: '' });
  await engine.commit(another, { lasting: false });
  expect(flushes).toBe(1);
});

test('nobody is told of a commit before it is on the disk', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const database = { ...opened, flushed: () => promise };
  const shown: number[] = [];
  const waiting = new OperationEngine({
    journal: operationJournal({ database, tickMergeIntervalMs: 60_000 }),
    publish: (batch) => shown.push(batch.length),
    limits: { tickIntervalMs: 0 },
  });
  waiting.register({ userId: 1, id: 'disk' }, spec);
  const written = new Promise<void>((done) => void waiting.commit(async () => done()).then(() => shown.push(0)));
  await written;
  await new Promise((settled) => setTimeout(settled, 20));
  expect(shown).toEqual([]);
  resolve();
  await waiting.stop();
  expect(shown).toEqual([1, 0]);
});

test('a commit of percentages that fails leaves the database as careful as it was', async () => {
  const journal = operationJournal({ database: opened, tickMergeIntervalMs: 60_000 });
  const fail = async () => {
    throw new Error('full');
  };
  expect(journal.append({ operations: [], steps: [], transitions: [], ticks: [], alongside: [fail], lasting: false })).rejects.toThrow('full');
  await engine.commit(async () => {});
  expect(synchronous()).toBe(2);
});

test('whoever writes meanwhile waits until the database is as careful as it was', async () => {
  engine.report(key, 'b', { status: 'in_progress', message: '' });
  await engine.commit();
  engine.report(key, 'b', { status: 'in_progress', message: '', progress: 10 });
  let during: number | undefined;
  const other = opened.db.transaction().execute(async () => {
    during = synchronous();
  });
  await Promise.all([engine.commit(), other]);
  expect(during).toBe(2);
});

describe('percentages', () => {
  const merged = async (step: string, id: string) => {
    const { event } = await opened.db
      .selectFrom('operation_step')
      .select('event')
      .where('operation_id', '=', id)
      .where('step', '=', step)
      .executeTakeFirstOrThrow();
    return (JSON.parse(event ?? '') as StepEvent).progress;
  };
  const unmerged = async () =>
    (await opened.db.selectFrom('operation_tick').select('body').execute()).flatMap(({ body }) => JSON.parse(body) as [number, StepEvent][]);
  const progressOf = (engine: OperationEngine<HubTransaction>, id: string, step: string, progress: number) =>
    engine.report({ userId: 1, id }, step, { status: 'in_progress', message: '', progress });

  async function begun(id: string, tickMergeIntervalMs: number): Promise<OperationEngine<HubTransaction>> {
    await mergeTicks(opened.db);
    const engine = new OperationEngine({
      journal: operationJournal({ database: opened, tickMergeIntervalMs }),
      publish: () => {},
      limits: { tickIntervalMs: 0 },
    });
    engine.register({ userId: 1, id }, spec);
    for (const step of ['a', 'b']) progressOf(engine, id, step, 0);
    await engine.commit();
    return engine;
  }

  test('of one batch are one row beside the records of their steps', async () => {
    const engine = await begun('beside', 60_000);
    progressOf(engine, 'beside', 'a', 10);
    progressOf(engine, 'beside', 'b', 20);
    progressOf(engine, 'beside', 'a', 30);
    await engine.commit();
    expect([await merged('a', 'beside'), await merged('b', 'beside')]).toEqual([0, 0]);
    expect((await unmerged()).map(([userId, { operation_id, step, progress }]) => [userId, operation_id, step, progress])).toEqual([
      [1, 'beside', 'a', 10],
      [1, 'beside', 'b', 20],
      [1, 'beside', 'a', 30],
    ]);
    await engine.stop();
  });

  test('are merged into the records of their steps by the commits that follow, and nothing is left beside', async () => {
    const engine = await begun('merged', 0);
    progressOf(engine, 'merged', 'a', 10);
    progressOf(engine, 'merged', 'a', 30);
    await engine.commit();
    await engine.commit(another);
    expect([await merged('a', 'merged'), await merged('b', 'merged')]).toEqual([30, 0]);
    await engine.commit(another);
    expect(await unmerged()).toEqual([]);
    await engine.stop();
  });

  test('of thousands of steps are merged a few at a time, and those of a step that moves on are not', async () => {
    const engine = await begun('many', 0);
    const steps = Array.from({ length: 1_000 }, (_, n) => `s${n}`);
    for (const progress of [0, 50]) {
      for (const step of steps) progressOf(engine, 'many', step, progress);
      await engine.commit();
    }
    const moved = steps[0] ?? '';
    progressOf(engine, 'many', moved, 60);
    await engine.commit();
    const isMerged = async (step: string) => (await merged(step, 'many')) === 50;
    const mergedSoFar = async () => (await Promise.all(steps.map(isMerged))).filter(Boolean).length;
    expect(await mergedSoFar()).toBe(200);
    for (let commits = 0; commits < 4; commits += 1) await engine.commit(another);
    expect([await mergedSoFar(), await merged(moved, 'many')]).toEqual([999, 0]);
    for (let commits = 0; commits < 2; commits += 1) await engine.commit(another);
    expect([await merged(moved, 'many'), await unmerged()]).toEqual([60, []]);
    await engine.stop();
  });

  test('that came before a transition do not undo it when they are merged', async () => {
    const engine = await begun('overtaken', 60_000);
    progressOf(engine, 'overtaken', 'a', 10);
    await engine.commit();
    engine.report({ userId: 1, id: 'overtaken' }, 'a', { status: 'completed', message: '' });
    await engine.commit();
    await mergeTicks(opened.db);
    expect([await merged('a', 'overtaken'), await unmerged()]).toEqual([100, []]);
    await engine.stop();
  });

  test('of an operation that ended are in the records of its steps, whether or not they came with its end', async () => {
    const engine = await begun('ended', 60_000);
    progressOf(engine, 'ended', 'a', 10);
    await engine.commit();
    progressOf(engine, 'ended', 'b', 20);
    engine.end({ userId: 1, id: 'ended' }, 'error');
    await engine.commit();
    expect([await merged('a', 'ended'), await merged('b', 'ended')]).toEqual([10, 20]);
    await engine.stop();
  });

  test('that a killed process had shown are all there at the next start', async () => {
    const engine = await begun('killed', 60_000);
    progressOf(engine, 'killed', 'b', 15);
    await engine.commit();
    for (const progress of [10, 20, 30]) {
      progressOf(engine, 'killed', 'a', progress);
      await engine.commit();
    }
    await mergeTicks(opened.db);
    const found = await new OperationStore(opened.db).find({ userId: 1, id: 'killed' });
    const said = ['a', 'b'].map((step) => found?.steps.get(step)?.event?.progress);
    expect([found?.seq, said, await unmerged()]).toEqual([engine.find({ userId: 1, id: 'killed' })?.seq, [30, 15], []]);
    await engine.stop();
  });

  test('whose commit failed are in the next one', async () => {
    const engine = await begun('retried', 0);
    let failures = 1;
    progressOf(engine, 'retried', 'a', 40);
    await engine.commit(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('full');
    });
    for (let commits = 0; commits < 2; commits += 1) await engine.commit(another);
    expect([failures, await merged('a', 'retried'), await unmerged()]).toEqual([-1, 40, []]);
    await engine.stop();
  });
});
