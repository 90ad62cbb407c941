// A file that knows its hash: through parts, reopening, and taking back.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '@relevo/runtime';
import { sha256Of, someBytes } from './files-hub.fixture.ts';
import { HashedFile, onDisk } from './hashed-file.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-hashed-'));
  path = join(dir, 'file');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const bytes = someBytes(3_000_000, 51);

describe('goes on with the right hash', () => {
  test.each([
    ['when it remembers it', true],
    ['when it has to read the bytes again', false],
  ])('%s', async (_, remembers) => {
    const first = await HashedFile.create(path);
    await first.append(bytes.subarray(0, 1_234_567));
    await first.sync();
    const state = first.state();
    await first.close();
    const second = await HashedFile.resume(path, 1_234_567, remembers ? state : undefined);
    await second.append(bytes.subarray(1_234_567));
    expect(second.digest()).toBe(sha256Of(bytes));
    await second.close();
    expect(sha256Of(await readFile(path))).toBe(sha256Of(bytes));
  });

  test('when the hash it remembers is of another size', async () => {
    const file = await HashedFile.create(path);
    await file.append(bytes.subarray(0, 100));
    const early = file.state();
    await file.append(bytes.subarray(100, 200));
    await file.close();
    const again = await HashedFile.resume(path, 200, early);
    expect(again.digest()).toBe(sha256Of(bytes.subarray(0, 200)));
    await again.close();
  });
});

test('cuts off what lies beyond the bytes that count', async () => {
  const file = await HashedFile.create(path);
  await file.append(bytes.subarray(0, 100));
  await file.close();
  await appendFile(path, 'not sure');
  const again = await HashedFile.resume(path, 100);
  expect(again.digest()).toBe(sha256Of(bytes.subarray(0, 100)));
  await again.close();
  expect((await readFile(path)).length).toBe(100);
});

test('takes back what came after a state', async () => {
  const file = await HashedFile.create(path);
  await file.append(bytes.subarray(0, 100));
  const state = file.state();
  await file.append(bytes.subarray(100, 1000));
  if (state) await file.rollBack(state);
  await file.append(bytes.subarray(100, 300));
  expect(file.digest()).toBe(sha256Of(bytes.subarray(0, 300)));
  await file.close();
  expect((await readFile(path)).length).toBe(300);
});

test('refuses to resume beyond the end of the file', async () => {
  const file = await HashedFile.create(path);
  await file.append(bytes.subarray(0, 10));
  await file.close();
  const failure = await HashedFile.resume(path, 20).then(
    () => 'none',
    (error: Error) => error.message,
  );
  expect(failure).toContain('ended at 10 of 20');
});

test.each(['ENOSPC', 'EDQUOT'])('says storage_full for %s', async (code) => {
  const failure = await onDisk(Promise.reject(Object.assign(new Error('write'), { code }))).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProblemError);
  expect((failure as ProblemError).code).toBe('storage_full');
});
