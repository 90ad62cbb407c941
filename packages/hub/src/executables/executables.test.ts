// Executables that a hub offers, asked for by a machine that has no account.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { Executables } from './executables.ts';

const bytes = 'the bytes of an executable';
const sha256Of = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex');
const own = `${process.platform}-${process.arch}`;
const content = (name: string) => `/api/executables/${name}/content`;

let folder: string;
let hub: TestHub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevo-executables-'));
  await writeFile(join(folder, 'relevo-windows-x64.exe'), bytes);
  await writeFile(join(folder, 'relevo-darwin-arm64'), 'another');
  await writeFile(join(folder, 'secret.txt'), 'not for anybody');
  await mkdir(join(folder, 'relevo-darwin-x64'));
  await writeFile(join(folder, 'relevo-linux-arm64'), '');
  hub = await startTestHub({ EXECUTABLES_DIR: folder });
});
afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a hub with executables', () => {
  test('lists them to anybody with size and SHA-256; a folder and an empty file are none', async () => {
    const { status, body } = await hub.send('GET', '/api/executables');
    expect(status).toBe(200);
    expect(body).toEqual({
      executables: [
        { name: 'relevo-darwin-arm64', platform: 'darwin-arm64', size: 7, sha256: sha256Of('another') },
        { name: 'relevo-windows-x64.exe', platform: 'windows-x64', size: bytes.length, sha256: sha256Of(bytes) },
      ],
    });
  });

  test('answers the bytes, to be saved, under their digest', async () => {
    const { status, headers, body } = await hub.send('GET', content('relevo-windows-x64.exe'));
    expect([status, body]).toEqual([200, bytes]);
    expect(headers.get('etag')).toBe(`"${sha256Of(bytes)}"`);
    expect(headers.get('content-disposition')).toBe('attachment; filename=relevo-windows-x64.exe');
    expect(headers.get('content-type')).toBe('application/octet-stream');
  });

  test('goes on with a download that broke off, and spares one that is there', async () => {
    const part = await hub.send('GET', content('relevo-windows-x64.exe'), { headers: { range: 'bytes=4-8' } });
    expect([part.status, part.body, part.headers.get('content-range')]).toEqual([206, 'bytes', `bytes 4-8/${bytes.length}`]);
    const known = await hub.send('GET', content('relevo-windows-x64.exe'), { headers: { 'if-none-match': `"${sha256Of(bytes)}"` } });
    expect(known.status).toBe(304);
    const head = await hub.send('HEAD', content('relevo-windows-x64.exe'));
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  test.each([
    ['a platform that there is none for', 'relevo-linux-x64'],
    ['a folder', 'relevo-darwin-x64'],
    ['an empty file', 'relevo-linux-arm64'],
    ['a platform that is none', 'relevo-plan9-mips'],
    ['another file of the folder', 'secret.txt'],
    ['a path out of the folder', '..%2Fsecret.txt'],
    ['a path into the folder', '.%2Frelevo-darwin-arm64'],
    ['a name of Object', '__proto__'],
  ])('answers 404 for %s', async (_, name) => {
    const { status, body } = await hub.send('GET', content(name));
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});

test('an executable that was built anew is offered with its own digest', async () => {
  const built = await mkdtemp(join(tmpdir(), 'relevo-built-'));
  try {
    const executables = new Executables(built);
    const path = join(built, 'relevo-linux-arm64');
    expect(await executables.list()).toEqual([]);
    for (const [at, text] of ['one build', 'two build'].entries()) {
      await writeFile(path, text);
      // Two builds of one size may fall into one tick of the file system's clock.
      await utimes(path, at, at);
      expect(await executables.find('relevo-linux-arm64')).toMatchObject({ size: 9, sha256: sha256Of(text) });
    }
  } finally {
    await rm(built, { recursive: true });
  }
});

test("the build without a platform counts as this machine's, unless there is one with its name", async () => {
  const built = await mkdtemp(join(tmpdir(), 'relevo-built-'));
  try {
    const executables = new Executables(built);
    await writeFile(join(built, 'relevo'), 'plain');
    expect(await executables.list()).toMatchObject([{ name: `relevo-${own}`, platform: own, sha256: sha256Of('plain') }]);
    await writeFile(join(built, `relevo-${own}`), 'named');
    expect(await executables.list()).toMatchObject([{ name: `relevo-${own}`, sha256: sha256Of('named') }]);
  } finally {
    await rm(built, { recursive: true });
  }
});

test.each([
  ['is not there', join(tmpdir(), 'relevo-no-such-folder')],
  ['is a file', import.meta.path],
])('a folder that %s is refused at start, in one line', (_, path) => {
  expect(() => new Executables(path)).toThrow(`EXECUTABLES_DIR=${JSON.stringify(path)} is not allowed: it must be a folder that is there`);
});
