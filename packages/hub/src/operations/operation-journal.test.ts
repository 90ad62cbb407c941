// The journal on a real database: what is written, and how hard.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationEngine } from '@relevo/progress/engine';
import { openHubDatabase } from '../database/database.ts';
import { type HubTransaction, operationJournal } from './operation-journal.ts';

const key = { userId: 1, id: 'copy' };
const spec = { kind: 'copy', title: '', carrier: 'reporter', language: 'en', request: '', endsWithSteps: false, steps: [] } as const;

let folder: string;
let opened: Awaited<ReturnType<typeof openHubDatabase>>;
let engine: OperationEngine<HubTransaction>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-journal-'));
  opened = await openHubDatabase(folder);
  engine = new OperationEngine({ journal: operationJournal(opened.db, opened.connection), publish: () => {}, limits: { tickIntervalMs: 0 } });
  engine.register(key, spec);
  engine.report(key, 'a', { status: 'in_progress', message: '' });
  await engine.commit();
});
afterAll(async () => {
  await engine.stop();
  await opened.db.destroy();
  await rm(folder, { recursive: true });
});

/** 1: NORMAL, which does not wait for the disk; 2: FULL, which does. */
const synchronous = () => opened.connection.query<{ synchronous: number }, []>('PRAGMA synchronous').get()?.synchronous;

test('percentages do not wait for the disk, what follows them does', async () => {
  let during: number | undefined;
  const look = async () => {
    during = synchronous();
  };
  engine.report(key, 'a', { status: 'in_progress', message: '', progress: 10 });
  await engine.commit(look, { lasting: false });
  expect([during, synchronous()]).toEqual([1, 2]);
  engine.report(key, 'a', { status: 'error', message: '' });
  await engine.commit(look, { lasting: false });
  expect([during, synchronous()]).toEqual([2, 2]);
});

test('a commit of percentages that fails leaves the database as careful as it was', async () => {
  const journal = operationJournal(opened.db, opened.connection);
  const fail = async () => {
    throw new Error('full');
  };
  expect(journal.append({ operations: [], steps: [], transitions: [], alongside: [fail], lasting: false })).rejects.toThrow('full');
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
  const { event } = await opened.db.selectFrom('operation_step').select('event').where('step', '=', 'b').executeTakeFirstOrThrow();
  expect(JSON.parse(event ?? '')).toMatchObject({ progress: 10 });
});
