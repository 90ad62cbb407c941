// Chunks that are copied on the disk: every one is checked, whatever lies where it should be.
import { afterAll, describe, expect, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyChunks } from './copy-chunks.ts';
import type { CopiedChunk } from './range-messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'relevo-copy-'));
const bytes = randomBytes(300_000);
const [source, target] = [join(folder, 'source'), join(folder, 'target')];

afterAll(() => rmSync(folder, { recursive: true }));

/** The three thirds of `bytes`, each to be written where the one after it was. */
function chunks(hasXxh3: boolean): CopiedChunk[] {
  return [0, 1, 2].map((third) => {
    const chunk = bytes.subarray(third * 100_000, (third + 1) * 100_000);
    return {
      from: third * 100_000,
      to: ((third + 1) % 3) * 100_000,
      length: chunk.length,
      sha256: createHash('sha256').update(chunk).digest('hex'),
      xxh3: hasXxh3 ? Bun.hash.xxHash3(chunk).toString(16).padStart(16, '0') : undefined,
    };
  });
}

async function copy(path: string | undefined, hasXxh3 = true, signal = new AbortController().signal) {
  const fd = openSync(target, path === undefined ? 'r+' : 'w+');
  const verified: number[] = [];
  try {
    const outcome = await copyChunks({ id: 1, path, fd, chunks: chunks(hasXxh3) }, signal, (_bytes, indexes) => verified.push(...indexes));
    return { outcome, verified };
  } finally {
    closeSync(fd);
  }
}

const turned = Buffer.concat([bytes.subarray(200_000), bytes.subarray(0, 200_000)]);

describe.each([true, false])('with an XXH3: %p', (hasXxh3) => {
  test('every chunk comes to its place', async () => {
    writeFileSync(source, bytes);
    expect(await copy(source, hasXxh3)).toEqual({ outcome: { kind: 'done' }, verified: [0, 1, 2] });
    expect(readFileSync(target).equals(turned)).toBe(true);
  });

  test('one bit that changed keeps back its chunk, and writes nothing of it', async () => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(150_000) ^ 1, 150_000);
    writeFileSync(source, changed);
    expect(await copy(source, hasXxh3)).toEqual({ outcome: { kind: 'done' }, verified: [0, 2] });
    expect(readFileSync(target).equals(turned.subarray(0, 200_000))).toBe(true);
  });
});

test('a file that became shorter has the chunks before its end', async () => {
  writeFileSync(source, bytes.subarray(0, 150_000));
  expect(await copy(source)).toEqual({ outcome: { kind: 'done' }, verified: [0] });
});

test('a file copies from itself', async () => {
  writeFileSync(target, bytes);
  const { verified } = await copy(undefined);
  // What was written over what was still to be read is found out like any other change.
  expect(verified).toEqual([0, 2]);
  expect(readFileSync(target).subarray(100_000, 200_000).equals(bytes.subarray(0, 100_000))).toBe(true);
});

test.each([
  ['nothing', () => rmSync(source, { force: true })],
  ['a folder', () => mkdirSync(source)],
  ['a pipe', () => void Bun.spawnSync(['mkfifo', source])],
  ['a link that leads nowhere', () => symlinkSync(join(folder, 'nowhere'), source)],
  ['a device', () => symlinkSync('/dev/zero', source)],
])('where there is %s, nothing is copied', async (_, make) => {
  rmSync(source, { force: true, recursive: true });
  make();
  expect(await copy(source)).toEqual({ outcome: { kind: 'changed' }, verified: [] });
  rmSync(source, { force: true, recursive: true });
});

test('an abort ends it before the next chunk', async () => {
  writeFileSync(source, bytes);
  expect(await copy(source, true, AbortSignal.abort())).toEqual({ outcome: { kind: 'aborted' }, verified: [] });
});

test('a disk that does not take the bytes is told', async () => {
  writeFileSync(source, bytes);
  const fd = openSync(target, 'r');
  const outcome = await copyChunks({ id: 1, path: source, fd, chunks: chunks(true) }, new AbortController().signal, () => {});
  closeSync(fd);
  expect(outcome).toMatchObject({ kind: 'disk', code: 'EBADF' });
});
