// Every page in light and dark and on a phone: axe-core finds nothing serious, nothing sticks out to the side, and a picture of each is kept.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { BrowserContext, Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { type AllPages, runAllPages, settled, signInContext } from './harness/all-pages.ts';
import { complaintsOf, openBrowser, picture } from './harness/browser.ts';
import { Scope } from './harness/scope.ts';

const scope = new Scope();
let all: AllPages;
let context: BrowserContext;

beforeAll(async () => {
  all = await runAllPages(scope);
  context = await openBrowser(scope);
}, 120_000);
afterAll(() => scope.end());

const wide = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

async function dress(page: Page, colorScheme: 'light' | 'dark', size: typeof wide): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(size);
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
  await settled(page);
}

/** Whether something is wider than the window. */
const isCutOff = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

async function inspect(page: Page, name: string): Promise<void> {
  const found: Record<string, unknown> = {};
  for (const [look, scheme, size] of [
    ['light', 'light', wide],
    ['dark', 'dark', wide],
    ['phone', 'dark', phone],
  ] as const) {
    await dress(page, scheme, size);
    await picture(page, `all/${name}-${look}`);
    found[look] = { faults: await faultsOf(page), isCutOff: await isCutOff(page) };
  }
  const nothing = { faults: [], isCutOff: false };
  expect(found).toEqual({ light: nothing, dark: nothing, phone: nothing });
}

test('signing in', async () => {
  const page = await context.newPage();
  await page.goto(all.admin.url);
  await inspect(page, 'sign-in');
  await page.close();
}, 60_000);

/** Of the pages; known before the hub is there that they are on. */
const names = [
  'home',
  'files',
  'files-chosen',
  'file-picture',
  'file-document',
  'file-text',
  'send',
  'shortcuts',
  'no-such-file',
  'agents',
  'agents-cards',
  'agent',
  'operations',
  'operation',
  'users',
  'account',
  'api-keys',
  'enrolment-tokens',
  'settings',
  'health',
  'audit',
  'connections',
  'connection',
  'customers',
  'services',
  'routers',
  'router',
  'missing',
  'local',
];

describe('signed in', () => {
  beforeAll(() => signInContext(context, all.admin));

  test.each(names)(
    '%s',
    async (name) => {
      const shown = all.pages.find((page) => page.name === name);
      if (!shown) throw new Error(`no page is called ${name}`);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(shown.url);
      await page.locator('h1').first().waitFor();
      await shown.prepare?.(page);
      await inspect(page, name);
      expect(complaints).toEqual([]);
      await page.close();
    },
    90_000,
  );

  test('the list above has every page', () => {
    expect(all.pages.map(({ name }) => name)).toEqual(names);
  });
});
