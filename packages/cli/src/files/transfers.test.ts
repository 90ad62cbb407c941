import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, hubSettings, startHub } from '@relevo/hub';
import { createLog, readSettings } from '@relevo/runtime';
import { exitCodes } from '../exit-codes.ts';
import { HubClient } from '../hub/hub-client.ts';
import { signIn } from '../session/sign-in.ts';
import { type CuttingProxy, cuttingProxy } from './cutting-proxy.fixture.ts';
import { download } from './download.ts';
import { findFile, listFiles } from './find-file.ts';
import { upload } from './upload.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

const size = 24 * 1024 ** 2;
const bytes = randomBytes(size);
const sha256 = createHash('sha256').update(bytes).digest('hex');

let directory: string;
let service: Hub;
let proxy: CuttingProxy;
let hub: HubClient;
let path: string;

beforeAll(async () => {
  process.env.LC_ALL = 'C';
  directory = await mkdtemp(join(tmpdir(), 'relevo-transfers-'));
  path = join(directory, 'source.bin');
  await writeFile(path, bytes);
  const admin = { email: 'admin@example.com', password: 'correct horse battery' };
  const settings = readSettings(hubSettings, {
    HUB_PORT: '0',
    HUB_HOST: '127.0.0.1',
    HUB_DATA_DIR: join(directory, 'hub'),
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  });
  service = await startHub(settings, createLog({ level: 'silent', format: 'json', service: 'hub' }));
  proxy = await cuttingProxy(Number(new URL(service.url).port));
  const { apiKey } = await signIn(proxy.url, admin.email, admin.password, () => Promise.reject(new Error('no code is due')));
  hub = new HubClient({ url: proxy.url, apiKey });
});
beforeEach(() => {
  proxy.limits.toHub = Number.POSITIVE_INFINITY;
  proxy.limits.fromHub = Number.POSITIVE_INFINITY;
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
  await rm(directory, { recursive: true });
});

test('an upload goes on after every cut, and the hub has the same bytes', async () => {
  proxy.limits.toHub = 7 * 1024 ** 2;
  const before = proxy.cuts();
  const seen: number[] = [];
  const file = await upload({ hub, path, name: 'großes "Bild" ñ.bin', onProgress: (count) => seen.push(count) });
  expect([file.name, file.size, file.sha256]).toEqual(['großes "Bild" ñ.bin'.normalize('NFC'), size, sha256]);
  expect(proxy.cuts() - before).toBeGreaterThanOrEqual(3);
  expect(seen.at(-1)).toBe(size);
});

test('a small and an empty file go in one request', async () => {
  for (const [name, content] of [
    ['small.txt', 'hola'],
    ['empty.txt', ''],
  ] as const) {
    const local = join(directory, name);
    await writeFile(local, content);
    const file = await upload({ hub, path: local, name, onProgress: () => {} });
    expect([file.name, file.size, file.sha256]).toEqual([name, content.length, createHash('sha256').update(content).digest('hex')]);
  }
});

test.each([
  ['a file that is not there', 'nothing', 'x.bin', exitCodes.notFound],
  ['a directory', '.', 'x.bin', exitCodes.usage],
  ['a name the hub refuses', 'source.bin', '../../etc/passwd', exitCodes.failed],
  ['the name of a device', 'small.txt', 'CON', exitCodes.failed],
])('%s is not sent', async (_, local, name, exitCode) => {
  await writeFile(join(directory, 'small.txt'), 'hola');
  await expect(upload({ hub, path: join(directory, local), name, onProgress: () => {} })).rejects.toMatchObject({ name: 'CommandError', exitCode });
});

test('an interrupted upload leaves nothing on the hub', async () => {
  const controller = new AbortController();
  const sending = upload({
    hub,
    path,
    name: 'interrupted.bin',
    onProgress: (count) => {
      if (count > 5 * 1024 ** 2) controller.abort();
    },
    signal: controller.signal,
  });
  expect(await sending.catch((error: unknown) => error)).toMatchObject({ exitCode: exitCodes.interrupted });
  await expect(findFile(hub, 'interrupted.bin')).rejects.toMatchObject({ exitCode: exitCodes.notFound });
  expect(await readdir(join(directory, 'hub', 'uploads'))).toEqual([]);
});

test('a download goes on after every cut, also in another run, and only whole bytes get the name', async () => {
  const file = await upload({ hub, path, name: 'down.bin', onProgress: () => {} });
  const target = join(directory, 'out', 'down.bin');
  await Bun.write(join(directory, 'out', '.keep'), '');
  const controller = new AbortController();
  const first = download({
    hub,
    file,
    target,
    onProgress: (count) => {
      if (count > 3 * 1024 ** 2) controller.abort();
    },
    signal: controller.signal,
  });
  expect(await first.catch((error: unknown) => error)).toMatchObject({ exitCode: exitCodes.interrupted });
  expect(await Bun.file(target).exists()).toBe(false);
  const [partial = ''] = (await readdir(join(directory, 'out'))).filter((name) => name.endsWith('.partial'));
  const kept = (await stat(join(directory, 'out', partial))).size;
  expect(kept).toBeGreaterThan(3 * 1024 ** 2);

  proxy.limits.fromHub = 5 * 1024 ** 2;
  const seen: number[] = [];
  await download({ hub, file, target, onProgress: (count) => seen.push(count) });
  expect(seen[0]).toBe(kept);
  expect(proxy.cuts()).toBeGreaterThan(0);
  expect(
    createHash('sha256')
      .update(await Bun.file(target).bytes())
      .digest('hex'),
  ).toBe(sha256);
  expect((await readdir(join(directory, 'out'))).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('a partial file that holds other bytes is found out and thrown away', async () => {
  const file = await findFile(hub, 'down.bin');
  const target = join(directory, 'spoilt.bin');
  const partial = join(directory, `.spoilt.bin.${sha256.slice(0, 16)}.partial`);
  await writeFile(partial, randomBytes(1024));
  expect(await download({ hub, file, target, onProgress: () => {} }).catch((error: unknown) => error)).toMatchObject({ exitCode: exitCodes.failed });
  expect([await Bun.file(target).exists(), await Bun.file(partial).exists()]).toEqual([false, false]);
  await writeFile(partial, '');
  await truncate(partial, size + 10);
  await download({ hub, file, target, onProgress: () => {} });
  expect(
    createHash('sha256')
      .update(await Bun.file(target).bytes())
      .digest('hex'),
  ).toBe(sha256);
});

test('a name that stands for several files is refused with their ids', async () => {
  const local = join(directory, 'twin.txt');
  await writeFile(local, 'one');
  const one = await upload({ hub, path: local, name: 'twin.txt', onProgress: () => {} });
  await writeFile(local, 'two');
  const two = await upload({ hub, path: local, name: 'twin.txt', onProgress: () => {} });
  const error = (await findFile(hub, 'twin.txt').catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ exitCode: exitCodes.usage });
  for (const { id } of [one, two]) {
    expect(error.message).toContain(id);
    expect((await findFile(hub, id)).id).toBe(id);
  }
});

test('a list goes on from page to page', async () => {
  const names: string[] = [];
  for await (const { name } of listFiles(hub, { query: 'twin', sort: 'name' })) names.push(name);
  expect(names).toEqual(['twin.txt', 'twin.txt']);
});
