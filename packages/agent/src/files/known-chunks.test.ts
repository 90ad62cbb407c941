// What is remembered of the chunks of delivered files: found, replaced, forgotten, and never more than allowed.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenedDatabase } from '@relevo/runtime';
import { openAgentDatabase } from '../database/database.ts';
import type { AgentSchema } from '../database/schema.ts';
import { type KnownChunks, openKnownChunks } from './known-chunks.ts';

let folder: string;
let database: OpenedDatabase<AgentSchema>;
let known: KnownChunks;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relevo-known-'));
  await open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

async function open(chunksMax = 10_000): Promise<void> {
  database = await openAgentDatabase(folder);
  known = await openKnownChunks(database, chunksMax);
}

async function close(): Promise<void> {
  await known.stop();
  await database.db.destroy();
}

const sha256 = (word: string) => createHash('sha256').update(word).digest('hex');
const chunk = (word: string, length = 10) => ({ sha256: sha256(word), length });
const manifest = (words: readonly string[]) => ({ chunks: words.map((word): [number, string] => [10, sha256(word)]) });

async function deliver(name: string, words: readonly string[]): Promise<void> {
  const source = await known.write(manifest(words));
  await database.db.transaction().execute((transaction) => known.adopt(transaction, name, source));
  known.settle(source);
  await known.idle();
}

/** Where each word is, as `name@start`. */
async function places(...words: string[]): Promise<(string | undefined)[]> {
  const found = await known.find(words.map((word) => chunk(word)));
  return words.map((word) => found.get(sha256(word))).map((place) => place && `${place.name}@${place.start}`);
}

const count = async () => (await database.db.selectFrom('known_chunk').selectAll().execute()).length;

test('chunks are found where they are, the first of equal ones', async () => {
  await deliver('file', ['a', 'b', 'a', 'c']);
  expect(await places('a', 'b', 'c', 'd')).toEqual(['file@0', 'file@10', 'file@30', undefined]);
  expect(await count()).toBe(3);
});

test('of several files that have a chunk, the one delivered last is told', async () => {
  await deliver('old', ['a', 'b']);
  await deliver('new', ['c', 'a']);
  expect(await places('a', 'b')).toEqual(['new@10', 'old@10']);
});

test('a chunk of another length is another one', async () => {
  await deliver('file', ['a']);
  expect((await known.find([chunk('a', 11)])).size).toBe(0);
});

test('a file that replaces another one of its name takes its place', async () => {
  await deliver('file', ['a', 'b']);
  await deliver('file', ['b', 'c']);
  expect(await places('a', 'b', 'c')).toEqual([undefined, 'file@0', 'file@10']);
  expect(await count()).toBe(2);
});

test('what has no name yet is not told, and what never gets one is removed', async () => {
  await deliver('file', ['a']);
  const source = await known.write(manifest(['a', 'b']));
  await known.idle();
  expect([await places('a', 'b'), await count()]).toEqual([['file@0', undefined], 3]);
  known.settle(source);
  await known.idle();
  expect(await count()).toBe(1);
});

test('a transaction that fails leaves everything as it was', async () => {
  await deliver('file', ['a']);
  const source = await known.write(manifest(['b']));
  const failing = database.db.transaction().execute(async (transaction) => {
    await known.adopt(transaction, 'file', source);
    throw new Error('no');
  });
  expect(await failing.catch(String)).toBe('Error: no');
  known.settle(source);
  await known.idle();
  expect([await places('a', 'b'), await count()]).toEqual([['file@0', undefined], 1]);
});

test('a file that is forgotten is gone with all its chunks', async () => {
  await deliver(
    'gone',
    Array.from({ length: 1200 }, (_, index) => `g${index}`),
  );
  await deliver('kept', ['a']);
  await known.forget('gone');
  await known.idle();
  expect([await places('a', 'g1199'), await count()]).toEqual([['kept@0', undefined], 1]);
});

test('chunks that are not where they were are dropped alone', async () => {
  await deliver('file', ['a', 'b', 'c']);
  const source = (await known.find([chunk('a')])).get(sha256('a'))?.source ?? 0;
  await known.drop(source, [sha256('a'), sha256('c')]);
  expect(await places('a', 'b', 'c')).toEqual([undefined, 'file@10', undefined]);
});

test('thousands at once are written and found', async () => {
  const words = Array.from({ length: 3100 }, (_, index) => `w${index}`);
  await deliver('file', words);
  expect((await places(...words)).filter((place, index) => place !== `file@${index * 10}`)).toEqual([]);
});

describe('the bound', () => {
  beforeEach(async () => {
    await close();
    await open(10);
  });

  test('what was delivered longest ago is forgotten first', async () => {
    await deliver('one', ['a', 'b', 'c', 'd']);
    await deliver('two', ['e', 'f', 'g', 'h']);
    await deliver('three', ['i', 'j', 'k', 'l']);
    expect([await places('a', 'e', 'i'), await count()]).toEqual([[undefined, 'two@0', 'three@0'], 8]);
  });

  test('a file of more chunks than that is not remembered, and nobody makes room for it', async () => {
    await deliver('one', ['a']);
    await deliver('large', [...'bcdefghijkl']);
    expect(await places('a', 'b')).toEqual(['one@0', undefined]);
  });

  test('many at once stay within it', async () => {
    await Promise.all(['abc', 'def', 'ghi', 'jkl', 'mno'].map((words, index) => deliver(`file ${index}`, [...words])));
    expect(await count()).toBeLessThanOrEqual(10);
    await deliver('last', [...'pqrstuvwxy']);
    expect([await places('p'), await count()]).toEqual([['last@0'], 10]);
  });

  test('holds from what an earlier process left', async () => {
    await deliver('one', [...'abcdefgh']);
    await close();
    await open(10);
    await deliver('two', [...'ijk']);
    expect([await places('a', 'i'), await count()]).toEqual([[undefined, 'two@0'], 3]);
  });

  test('none means that nothing is remembered', async () => {
    await close();
    await open(0);
    await deliver('file', ['a']);
    expect([await places('a'), await count()]).toEqual([[undefined], 0]);
  });
});

test('what a killed process was writing, and had not removed, is removed by the next one', async () => {
  await deliver('file', ['a']);
  await known.write(manifest(['b']));
  await close();
  await open();
  await known.idle();
  expect([await places('a', 'b'), await count()]).toEqual([['file@0', undefined], 1]);
});
