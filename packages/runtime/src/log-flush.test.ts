// A flush is for all that was written before it; what cannot be flushed is never told to be.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFlush } from './log-flush.ts';

let folder: string;
const failures: unknown[] = [];
const failed = (error: unknown) => void failures.push(error);

beforeEach(async () => {
  failures.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'relevo-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function opened(): Promise<LogFlush> {
  const path = join(folder, 'a.db-wal');
  await writeFile(path, 'written');
  return new LogFlush(path, failed);
}

test('nothing written is flushed already, and nothing is opened for it', async () => {
  await new LogFlush(join(folder, 'not there'), failed).flushed();
  expect(failures).toEqual([]);
});

test('a database in memory is flushed always', async () => {
  const log = new LogFlush(undefined, failed);
  log.written();
  await log.flushed();
  expect(failures).toEqual([]);
});

test('whoever asks for the same commits waits for the same flush; what is written meanwhile needs another', async () => {
  const log = await opened();
  log.written();
  const first = log.flushed();
  expect(log.flushed()).toBe(first);
  log.written();
  const second = log.flushed();
  expect(second).not.toBe(first);
  expect(log.flushed()).toBe(second);
  log.written();
  const order: string[] = [];
  await Promise.all([first.then(() => order.push('first')), second.then(() => order.push('second')), log.flushed().then(() => order.push('second too'))]);
  expect(order).toEqual(['first', 'second', 'second too']);
  log.written();
  await log.flushed();
  log.close();
  expect(failures).toEqual([]);
});

test('what cannot be brought to the disk is told to the one who has to end the process, and to nobody as done', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const log = new LogFlush(join(folder, 'not there'), resolve);
  log.written();
  let isDone = false;
  void log.flushed().then(() => {
    isDone = true;
  });
  expect(await promise).toMatchObject({ code: 'ENOENT' });
  await new Promise((settled) => setImmediate(settled));
  expect(isDone).toBe(false);
});

test('what is closed has no log any more, and that is no failure', async () => {
  const log = new LogFlush(join(folder, 'gone'), failed);
  log.written();
  const flushed = log.flushed();
  log.close();
  await flushed;
  expect(failures).toEqual([]);
});
