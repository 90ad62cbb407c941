// Uploads in Chromium: several at once, and resumed where they stopped when the hub was killed or the tab was closed.
import { afterEach, expect, test } from 'bun:test';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { sha256Of, sha256OfFile } from './harness/bytes.ts';
import { runtimeBinary } from './harness/command.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

/** The hub's page of files, signed in; `offsets`: where each part of an upload began, bytes. */
async function openFiles(
  context: BrowserContext,
  hub: RunningHub,
): Promise<{ page: Page; offsets: number[]; throttle: (bytesPerSecond: number) => Promise<unknown> }> {
  await context.addCookies(
    hub.admin.cookie.split('; ').map((cookie) => {
      const at = cookie.indexOf('=');
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: hub.url };
    }),
  );
  const page = await context.newPage();
  const offsets: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await page.goto(`${hub.url}/files`);
  await page.getByRole('heading', { name: 'Files' }).waitFor();
  const throttle = (uploadThroughput: number) =>
    devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  return { page, offsets, throttle };
}

const choose = (page: Page, ...paths: string[]) => page.getByLabel('Choose files to upload').setInputFiles(paths);

/** Resolves once the upload of `name` stands between a tenth and its end. */
function underWay(page: Page, name: string): Promise<unknown> {
  return until(`${name} is under way`, async () => {
    const value = Number(await page.getByLabel('Uploads').getByRole('progressbar', { name }).getAttribute('aria-valuenow', { timeout: 1000 }));
    return value >= 10 && value < 100;
  });
}

async function hashesOnHub(hub: RunningHub): Promise<Map<string, string>> {
  const { files } = (await hub.admin.ask('GET', '/api/files')) as { files: { name: string; sha256: string }[] };
  return new Map(files.map(({ name, sha256 }) => [name, sha256]));
}

async function makeFiles(): Promise<{ large: string; small: string; smallBytes: Buffer }> {
  const folder = await scope.folder();
  const large = join(folder, 'runtime.bin');
  await copyFile(runtimeBinary, large);
  const small = join(folder, 'señal 1.txt');
  const smallBytes = Buffer.from('¡hola!\n'.repeat(1000));
  await writeFile(small, smallBytes);
  return { large, small, smallBytes };
}

/** Half a minute for the large file: it is still under way when the test gets to it. */
const slowBytesPerSecond = 4_000_000;

test('two files go up at once, and both go on by themselves after the hub was killed', async () => {
  const hub = await runHub(scope);
  const { large, small, smallBytes } = await makeFiles();
  const { page, offsets, throttle } = await openFiles(await openBrowser(scope), hub);
  await throttle(slowBytesPerSecond);
  await choose(page, large, small);
  await page.getByText(/^Uploading [12] files?$/).waitFor();
  await underWay(page, 'runtime.bin');
  await hub.kill();
  await page.getByText('Interrupted; it goes on by itself when the hub answers').first().waitFor();
  await throttle(-1);
  await hub.start();
  await page.getByText('Uploads finished').waitFor({ timeout: 90_000 });
  expect(await hashesOnHub(hub)).toEqual(
    new Map([
      ['runtime.bin', await sha256OfFile(large)],
      ['señal 1.txt', sha256Of(smallBytes)],
    ]),
  );
  // What had arrived before the kill was not sent again.
  expect(Math.max(...offsets)).toBeGreaterThan(1_000_000);
  await page.getByRole('row').filter({ hasText: 'señal 1.txt' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'runtime.bin' }).first().waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'runtime.bin' }).count()).toBe(1);
}, 180_000);

test('the same file, chosen again after the tab was closed, goes on where it stopped', async () => {
  const hub = await runHub(scope);
  const { large } = await makeFiles();
  const context = await openBrowser(scope);
  const first = await openFiles(context, hub);
  await first.throttle(slowBytesPerSecond);
  await choose(first.page, large);
  await underWay(first.page, 'runtime.bin');
  await first.page.close();
  const second = await openFiles(context, hub);
  await choose(second.page, large);
  await second.page.getByText('Uploads finished').waitFor({ timeout: 90_000 });
  expect(await hashesOnHub(hub)).toEqual(new Map([['runtime.bin', await sha256OfFile(large)]]));
  expect(second.offsets[0]).toBeGreaterThan(1_000_000);
}, 180_000);

test('an upload that is cancelled is gone, here and on the hub', async () => {
  const hub = await runHub(scope);
  const { large, small } = await makeFiles();
  const { page, throttle } = await openFiles(await openBrowser(scope), hub);
  await throttle(slowBytesPerSecond);
  await choose(page, large, small);
  await underWay(page, 'runtime.bin');
  await page.getByRole('button', { name: 'Cancel the upload of runtime.bin' }).click();
  await page.getByText('Uploads finished').waitFor();
  expect([...(await hashesOnHub(hub)).keys()]).toEqual(['señal 1.txt']);
}, 120_000);

test('an upload that is paused stands still, and goes on from there', async () => {
  const hub = await runHub(scope);
  const { large } = await makeFiles();
  const { page, offsets, throttle } = await openFiles(await openBrowser(scope), hub);
  await throttle(slowBytesPerSecond);
  await choose(page, large);
  await underWay(page, 'runtime.bin');
  await page.getByRole('button', { name: 'Pause the upload of runtime.bin' }).click();
  await page.getByText('1 upload paused').waitFor();
  expect(offsets).toEqual([0]);
  await throttle(-1);
  await page.getByRole('button', { name: 'Go on with the upload of runtime.bin' }).click();
  await page.getByText('Uploads finished').waitFor({ timeout: 90_000 });
  expect(await hashesOnHub(hub)).toEqual(new Map([['runtime.bin', await sha256OfFile(large)]]));
  expect(offsets[1]).toBeGreaterThan(1_000_000);
}, 120_000);

test('what an earlier visit left unfinished is listed; the same file goes on, another is refused, and it can be given up', async () => {
  const hub = await runHub(scope);
  const { large, small } = await makeFiles();
  const context = await openBrowser(scope);
  const first = await openFiles(context, hub);
  await first.throttle(slowBytesPerSecond);
  await choose(first.page, large);
  await underWay(first.page, 'runtime.bin');

  // Another tab does not offer what this one is sending.
  const beside = await openFiles(context, hub);
  await beside.page.getByRole('heading', { name: 'Files' }).waitFor();
  expect(await beside.page.getByText('1 unfinished upload').count()).toBe(0);
  await beside.page.close();
  await first.page.close();

  const second = await openFiles(context, hub);
  await second.page.getByText('1 unfinished upload').waitFor();
  const again = second.page.getByLabel('Choose runtime.bin again');
  await again.setInputFiles(small);
  await second.page.getByText('This is not the file that was begun as runtime.bin').waitFor();
  await second.throttle(slowBytesPerSecond);
  await again.setInputFiles(large);
  expect(await until('the rest is sent', () => second.offsets[0])).toBeGreaterThan(1_000_000);
  await second.page.close();

  const third = await openFiles(context, hub);
  await third.page.getByRole('button', { name: 'Give up the upload of runtime.bin' }).click();
  await third.page.getByText('1 unfinished upload').waitFor({ state: 'detached' });
  const fourth = await openFiles(context, hub);
  await choose(fourth.page, small);
  await fourth.page.getByText('Uploads finished').waitFor();
  expect(await fourth.page.getByLabel('Choose runtime.bin again').count()).toBe(0);
  expect([...(await hashesOnHub(hub)).keys()]).toEqual(['señal 1.txt']);
}, 180_000);

test('a folder goes up whole, its folders in the names', async () => {
  const hub = await runHub(scope);
  const folder = join(await scope.folder(), 'tienda');
  await mkdir(join(folder, 'norte'), { recursive: true });
  await writeFile(join(folder, 'index.html'), 'one');
  await writeFile(join(folder, 'norte', 'index.html'), 'two');
  const { page } = await openFiles(await openBrowser(scope), hub);
  await page.getByLabel('Choose a folder to upload').setInputFiles(folder);
  await page.getByText('Uploads finished').waitFor();
  expect(await hashesOnHub(hub)).toEqual(
    new Map([
      ['tienda - index.html', sha256Of(Buffer.from('one'))],
      ['tienda - norte - index.html', sha256Of(Buffer.from('two'))],
    ]),
  );
}, 120_000);
