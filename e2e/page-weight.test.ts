// How much JavaScript the first two pages cost a browser that has nothing yet, and that nothing comes from anywhere but the hub.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { BrowserContext, Page } from 'playwright-core';
import { settled, signInContext } from './harness/all-pages.ts';
import { openBrowser } from './harness/browser.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';

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
  page: Page;
  hosts: Set<string>;
  /** Of all scripts that have come so far. */
  scriptBytes(): Promise<number>;
}

async function load(context: BrowserContext, path: string): Promise<Loaded> {
  const page = await context.newPage();
  const hosts = new Set<string>();
  const sizes: Promise<number>[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && !request.url().startsWith('blob:')) hosts.add(new URL(request.url()).host);
  });
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(hub.url + path);
  return { page, hosts, scriptBytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}

test('the sign-in page is there after at most 250 KB of scripts, all of them from the hub', async () => {
  const { page, hosts, scriptBytes } = await load(await openBrowser(scope), '/');
  await page.getByLabel('Email').waitFor();
  const bytes = await scriptBytes();
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(signInMaxBytes);
  expect([...hosts]).toEqual([new URL(hub.url).host]);
}, 60_000);

test('home is there after at most 400 KB of scripts, all of them from the hub', async () => {
  const context = await openBrowser(scope);
  await signInContext(context, hub.admin);
  const { page, hosts, scriptBytes } = await load(context, '/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  const bytes = await scriptBytes();
  expect(bytes).toBeGreaterThan(200_000);
  expect(bytes).toBeLessThanOrEqual(homeMaxBytes);
  expect([...hosts]).toEqual([new URL(hub.url).host]);
}, 60_000);
