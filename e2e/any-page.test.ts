// What works whatever page is open: files dropped on it go up, and the system tells of a long operation that ended while the reader looked elsewhere.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { BrowserContext } from 'playwright-core';
import { signInContext } from './harness/all-pages.ts';
import { complaintsOf } from './harness/browser.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
let hub: RunningHub;
let context: BrowserContext;
beforeAll(async () => {
  hub = await runHub(scope);
  context = await openBrowser(scope);
  await signInContext(context, hub.admin);
}, 60_000);
afterAll(() => scope.end());

test('a file dropped on the page of operations goes up, and the page stays', async () => {
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${hub.url}/operations`);
  await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
  const dataTransfer = await page.evaluateHandle(() => {
    const dragged = new DataTransfer();
    dragged.items.add(new File(['¡hola!'], 'dropped on operations.txt', { type: 'text/plain' }));
    return dragged;
  });
  const target = page.getByText('Drop to upload');
  // What takes it is loaded beside the page.
  await target.waitFor({ state: 'attached' });
  await page.locator('main').dispatchEvent('dragenter', { dataTransfer });
  await until('the page says where to drop', async () => (await target.evaluate((element) => element.checkVisibility({ opacityProperty: true }))) === true);
  await target.dispatchEvent('drop', { dataTransfer });
  await until('the file is on the hub', async () => {
    const { files } = await hub.admin.ask('GET', '/api/files');
    return files.some(({ name, size }: { name: string; size: number }) => name === 'dropped on operations.txt' && size === 7);
  });
  await page.getByLabel('Uploads').getByText('dropped on operations.txt').waitFor();
  expect(new URL(page.url()).pathname).toBe('/operations');
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);

/** What the page of the test can set and see: the time it thinks it is, whether it has the focus, and the notices that the system would show. */
interface Staged {
  laterMs: number;
  isLookedAt: boolean;
  shown: string[];
}

/** A system that has notices and allows them when asked, and a clock that goes slowly, however busy the machine is, and can be put forward. */
function stage(): void {
  const staged: Staged = { laterMs: 0, isLookedAt: true, shown: [] };
  const now = performance.now.bind(performance);
  performance.now = () => now() / 1000 + staged.laterMs;
  document.hasFocus = () => staged.isLookedAt;
  class SystemNotice {
    static permission = 'default';
    static async requestPermission(): Promise<string> {
      SystemNotice.permission = 'granted';
      return 'granted';
    }
    constructor(title: string, { body }: { body: string }) {
      staged.shown.push(`${title}: ${body}`);
    }
  }
  Object.assign(window, { staged, Notification: SystemNotice });
}

test('who asked for it is told of a long operation that ended while they looked elsewhere, and of no other', async () => {
  const page = await context.newPage();
  await page.addInitScript(stage);
  const staged = (change: Partial<Staged>) => page.evaluate((change) => Object.assign((window as unknown as { staged: Staged }).staged, change), change);
  const shown = () => page.evaluate(() => (window as unknown as { staged: Staged }).staged.shown);
  const begin = async (id: string) => {
    await hub.admin.ask('POST', '/api/operations', { json: { id, kind: 'backup', title: `Backup ${id}`, steps: ['copy'] } });
    await page
      .getByRole('row')
      .filter({ hasText: `Backup ${id}` })
      .waitFor();
  };
  const end = async (id: string) => {
    await hub.admin.ask('PATCH', `/api/operations/${id}`, { json: { state: 'stopped', message: 'That was enough' } });
    await page
      .getByRole('row')
      .filter({ hasText: `Backup ${id}` })
      .getByText('Stopped')
      .waitFor();
  };
  await page.goto(`${hub.url}/operations`);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Notify me when long operations end' }).click();

  await begin('seen');
  await staged({ laterMs: 60_000 });
  await end('seen');
  await staged({ isLookedAt: false });
  await begin('short');
  await end('short');
  await begin('long');
  await staged({ laterMs: 120_000 });
  await end('long');
  await until('the system shows a notice', async () => (await shown()).length > 0);
  expect(await shown()).toEqual(['Backup long: Stopped']);
  await page.close();
}, 60_000);
