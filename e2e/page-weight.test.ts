// How much JavaScript the first two pages cost a browser that has nothing yet, and that nothing comes from anywhere but the hub.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { settled, signInContext } from './harness/all-pages.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
let hub: RunningHub;
beforeAll(async () => {
  hub = await runHub(scope);
});
afterAll(() => scope.end());

/** Bytes as they cross the wire, compressed. */
const signInMaxBytes = 250_000;
const homeMaxBytes = 400_000;

interface Loaded {
  hosts: Set<string>;
  /** Of all scripts that have come so far. */
  scriptBytes(): Promise<number>;
}

/** Keeps back every script that is asked for once the hub has said who is there, which the sign-in page does without, until told to let them come. */
async function holdLaterScripts(page: Page): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let isAnswered = false;
  page.on('response', (response) => {
    if (new URL(response.url()).pathname === '/api/me') isAnswered = true;
  });
  await page.route('**/assets/*.js', async (route) => {
    if (isAnswered) await released;
    await route.continue();
  });
  return release;
}

async function load(page: Page, path: string): Promise<Loaded> {
  const hosts = new Set<string>();
  const sizes: Promise<number>[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && !request.url().startsWith('blob:')) hosts.add(new URL(request.url()).host);
  });
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(hub.url + path);
  return { hosts, scriptBytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}

test('the sign-in page is there after at most 250 KB of scripts, all of them from the hub', async () => {
  const page = await (await openBrowser(scope)).newPage();
  const release = await holdLaterScripts(page);
  const { hosts, scriptBytes } = await load(page, '/');
  await page.getByLabel('Email').waitFor();
  const bytes = await scriptBytes();
  release();
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(signInMaxBytes);
  expect([...hosts]).toEqual([new URL(hub.url).host]);
}, 60_000);

test('home is there after at most 400 KB of scripts, all of them from the hub', async () => {
  const context = await openBrowser(scope);
  await signInContext(context, hub.admin);
  const page = await context.newPage();
  const { hosts, scriptBytes } = await load(page, '/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  const bytes = await scriptBytes();
  expect(bytes).toBeGreaterThan(200_000);
  expect(bytes).toBeLessThanOrEqual(homeMaxBytes);
  expect([...hosts]).toEqual([new URL(hub.url).host]);
}, 60_000);
