import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { ScriptedHub } from '../watch/scripted-hub.fixture.ts';
import { bundleForBrowser, launchChromium, openPage } from './chromium.fixture.ts';

// A browser on a busy machine.
setDefaultTimeout(60_000);

let browser: Browser;
let script: string;
let hub: ScriptedHub;

beforeAll(async () => {
  [browser, script] = await Promise.all([launchChromium(), bundleForBrowser('page.fixture.tsx')]);
});
afterAll(() => browser.close());
beforeEach(() => {
  hub = new ScriptedHub();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await hub.stop();
});

const open = (query = '') => openPage(browser, hub, script, query);

async function faultsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: Bun.fileURLToPath(import.meta.resolve('axe-core/axe.min.js')) });
  const { violations, passes } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  expect(passes.some(({ id }) => id === 'aria-progressbar-name')).toBe(true);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}

const bar = (page: Page, name: string) => page.getByRole('progressbar', { name });
const attributes = (page: Page, name: string) =>
  bar(page, name).evaluate((element) => Object.fromEntries(['now', 'min', 'max', 'text'].map((part) => [part, element.getAttribute(`aria-value${part}`)])));

test('the component shows an operation as it happens, and breaks no rule of accessibility', async () => {
  hub.state('a', 'in_progress');
  hub.step('a', 'fetch', 'completed', 100);
  hub.step('a', 'write', 'in_progress', 40.9);
  hub.step('a', 'check', 'pending', 0);
  const page = await open();
  await page.getByRole('region', { name: 'Test' }).waitFor();
  await bar(page, 'write').waitFor();
  expect(await attributes(page, 'write')).toEqual({ now: '40', min: '0', max: '100', text: '40%' });
  expect(await attributes(page, 'Test')).toMatchObject({ now: '46' });
  const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
  expect(await steps.evaluateAll((items) => items.map((item) => item.getAttribute('data-state')))).toEqual(['completed', 'in_progress', 'pending']);
  expect(await faultsOf(page)).toEqual([]);
  hub.step('a', 'write', 'completed', 100);
  await bar(page, 'write').waitFor({ state: 'detached' });
  hub.state('a', 'completed');
  await page.locator('section[data-state=completed]').waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test('a bar says nothing of a value that nobody can tell', async () => {
  hub.state('a', 'in_progress');
  hub.step('a', 'wait', 'in_progress', null);
  const page = await open();
  // Without looks of its own, and without a number to show, it has no height.
  await bar(page, 'wait').waitFor({ state: 'attached' });
  for (const name of ['wait', 'Test']) expect(await attributes(page, name)).toEqual({ now: null, min: null, max: null, text: null });
  expect(await faultsOf(page)).toEqual([]);
});

test('a step that was stopped is stopped, in the language asked for, and a step that failed failed', async () => {
  hub.state('a', 'in_progress');
  hub.publish({ ...hub.step('a', 'one', 'in_progress'), status: 'error', progress: 0, code: 'step.stopped', seq: 3 });
  hub.step('a', 'two', 'error');
  const page = await open('language=es');
  await page.getByRole('listitem').getByText('Detenido', { exact: true }).waitFor();
  await page.getByRole('listitem').getByText('Falló', { exact: true }).waitFor();
});

test('the live region tells what changed since one came, and no percentage', async () => {
  hub.state('a', 'in_progress');
  hub.step('a', 'write', 'in_progress', 1);
  const page = await open();
  await bar(page, 'write').waitFor();
  const region = page.getByRole('status');
  const told = region.evaluate(
    (element) =>
      new Promise<string[]>((resolve) => {
        const texts: string[] = [];
        new MutationObserver(() => {
          texts.push(element.textContent ?? '');
          if (element.textContent?.includes('Test: Completed')) resolve(texts);
        }).observe(element, { subtree: true, childList: true, characterData: true });
      }),
  );
  expect(await region.textContent()).toBe('');
  for (let progress = 2; progress <= 60; progress++) hub.step('a', 'write', 'in_progress', progress);
  await page.locator('[role=progressbar][aria-valuenow="60"]').first().waitFor();
  hub.step('a', 'write', 'completed', 100);
  hub.state('a', 'completed');
  expect((await told).join('|')).toMatch(/^(write: Completed\|)?(write: Completed\. )?Test: Completed$/);
});

test('components that show one operation agree, however slow they are', async () => {
  hub.state('a', 'in_progress');
  const page = await open('many');
  await page.locator('.seq').first().waitFor();
  let { seq } = hub.step('a', 'one', 'in_progress', 0);
  while (await page.evaluate(() => window.seen.commits < 40)) ({ seq } = hub.step('a', 'one', 'in_progress', 0));
  await page
    .locator('.seq', { hasText: new RegExp(`^${seq}$`) })
    .nth(29)
    .waitFor();
  expect(await page.evaluate(() => window.seen.torn)).toBe(0);
});

test.each(['socket', 'events'] as const)('Chromium watches over %s, and misses and repeats nothing', async (via) => {
  hub.refusesHandshakes = via === 'events';
  hub.state('a', 'in_progress');
  const page = await open('iterate');
  await page.getByText(`connected ${via}, operations: 1`).waitFor();
  for (let cut = 0; cut < 5; cut++) {
    for (let tick = 0; tick < 5; tick++) hub.step('a', 'one', 'in_progress', tick);
    via === 'socket' ? hub.cut() : hub.events.cut();
  }
  hub.state('a', 'completed');
  await page.waitForFunction(() => window.seen.seqs.at(-1) === 27);
  expect(await page.evaluate(() => window.seen.seqs)).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
});
