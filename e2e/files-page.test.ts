// The page of files as somebody works with it: thousands of rows, chosen with the keyboard, looked into, sent by label, deleted; and its links.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { BrowserContext, Page } from 'playwright-core';
import { type RunningAgent, runAgent } from './harness/agent.ts';
import { signInContext } from './harness/all-pages.ts';
import { openBrowser } from './harness/browser.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';

const scope = new Scope();
let hub: RunningHub;
let agent: RunningAgent;
let context: BrowserContext;

/** More than three pages of the list, so that it is not fetched again as a whole. */
const filesCount = 450;
const nameOf = (index: number) => `file-${String(index).padStart(3, '0')}.txt`;

beforeAll(async () => {
  hub = await runHub(scope);
  agent = await runAgent(scope, hub, { name: 'shop' });
  await hub.admin.ask('PATCH', `/api/agents/${agent.id}`, { json: { labels: ['north', 'till'] } });
  for (let index = 0; index < filesCount; index++) {
    await hub.admin.ask('POST', `/api/files?name=${nameOf(index)}`, { body: 'x'.repeat(1 + ((index * 7) % filesCount)) });
  }
  context = await openBrowser(scope);
  await signInContext(context, hub.admin);
}, 120_000);
afterAll(() => scope.end());

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(hub.url + path);
  await page.getByRole('heading', { level: 1, name: 'Files' }).waitFor();
  return page;
}
const row = (page: Page, index: number) => page.getByRole('row').filter({ hasText: nameOf(index) });
const chosen = (page: Page) => page.getByRole('region', { name: 'Chosen rows' });
/** Names in the order they stand on the screen. */
const shownNames = async (page: Page) => {
  const names = await page
    .locator('[data-index]')
    .evaluateAll((rows) =>
      rows.map((element) => ({ index: Number(element.getAttribute('data-index')), text: element.textContent ?? '' })).sort((a, b) => a.index - b.index),
    );
  return names.map(({ text }) => /file-\d+\.txt/.exec(text)?.[0]);
};

test('rows come as they are scrolled to, and only those in view are there', async () => {
  const page = await open('/files?sort=name');
  await row(page, 0).waitFor();
  await until('the last file is shown', async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    return (await row(page, filesCount - 1).count()) > 0;
  });
  expect(await page.locator('[data-index]').count()).toBeLessThan(80);
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(filesCount + 1));
  // The header stays in sight.
  const header = await page.getByRole('columnheader', { name: 'Name' }).boundingBox();
  expect(header!.y).toBeGreaterThanOrEqual(0);
  expect(header!.y).toBeLessThan(60);
  await page.close();
}, 90_000);

test('the hub orders, and the order stands in the address', async () => {
  const page = await open('/files');
  await row(page, filesCount - 1).waitFor();
  await page.getByRole('button', { name: 'Name' }).click();
  await row(page, 0).waitFor();
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
  expect((await shownNames(page)).slice(0, 3)).toEqual([nameOf(0), nameOf(1), nameOf(2)]);
  await page.getByRole('button', { name: 'Name' }).click();
  await until('the order is turned around', async () => (await shownNames(page))[0] === nameOf(filesCount - 1));
  expect(new URL(page.url()).searchParams.get('sort')).toBe('-name');
  await page.reload();
  await row(page, filesCount - 1).waitFor();
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
  await page.close();
}, 90_000);

test('rows are chosen with the mouse and Shift, and with the keyboard alone', async () => {
  const page = await open('/files?sort=name');
  await page.getByRole('checkbox', { name: `Choose ${nameOf(1)}` }).click();
  await page.getByRole('checkbox', { name: `Choose ${nameOf(4)}` }).click({ modifiers: ['Shift'] });
  await chosen(page).getByText('4 chosen').waitFor();
  await chosen(page).getByRole('button', { name: 'Choose none' }).click();
  await chosen(page).waitFor({ state: 'detached' });

  await row(page, 4).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await chosen(page).getByText('2 chosen').waitFor();
  expect(await row(page, 6).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Escape');
  await chosen(page).waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText(nameOf(6)).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.close();
}, 90_000);

test('any place of a long list is looked into at once, and a range takes in what lies between and was never shown', async () => {
  const page = await open('/files?sort=name');
  const pages: number[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/api/files') pages.push(Number(searchParams.get('offset')));
  });
  await page.getByRole('checkbox', { name: `Choose ${nameOf(2)}` }).click();
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
  await row(page, filesCount - 1).waitFor();
  expect(pages).not.toContain(200);
  await page.getByRole('checkbox', { name: `Choose ${nameOf(filesCount - 1)}` }).click({ modifiers: ['Shift'] });
  await chosen(page)
    .getByText(`${filesCount - 2} chosen`)
    .waitFor();
  expect(pages).toContain(200);
  await page.close();
}, 90_000);

test('several files go to all agents with a label, and their details say who has them', async () => {
  const page = await open('/files?sort=name');
  await page.getByRole('checkbox', { name: `Choose ${nameOf(10)}` }).click();
  await page.getByRole('checkbox', { name: `Choose ${nameOf(11)}` }).click();
  await chosen(page).getByRole('button', { name: 'Send to agents' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 files').waitFor();
  await dialog.getByText('Labels', { exact: true }).click();
  await dialog.getByText('north', { exact: true }).click();
  await dialog.getByText('1 agent chosen').waitFor();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.waitForURL(/\/operations$/);
  await until('the agent holds both', async () => (await hub.admin.ask('GET', `/api/agents/${agent.id}/files`)).length === 2);

  const { files } = await hub.admin.ask('GET', `/api/files?query=${nameOf(10)}`);
  const details = await open(`/files?file=${files[0].id}`);
  const drawer = details.getByRole('dialog');
  await drawer.getByText(files[0].sha256).waitFor();
  await drawer.getByRole('region', { name: 'Agents that have it' }).getByRole('link', { name: 'shop' }).waitFor();
  await drawer.getByRole('region', { name: 'Deliveries of it' }).getByText('Completed').waitFor();
  await details.close();
  await page.close();
}, 90_000);

test('chosen files are deleted together, after a question', async () => {
  const page = await open('/files?sort=name');
  await page.getByRole('checkbox', { name: `Choose ${nameOf(20)}` }).click();
  await page.getByRole('checkbox', { name: `Choose ${nameOf(22)}` }).click({ modifiers: ['Shift'] });
  await chosen(page).getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Delete 3 files?').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('3 files were deleted').waitFor();
  await row(page, 21).waitFor({ state: 'detached' });
  await row(page, 23).waitFor();
  expect((await hub.admin.ask('GET', `/api/files?query=file-02`)).files.map(({ name }: { name: string }) => name)).not.toContain(nameOf(21));
  await page.close();
}, 90_000);

test('a link to a file that is gone says so', async () => {
  const page = await open('/files?file=gone');
  await page.getByRole('dialog').getByText('It is not there any more').waitFor();
  await page.close();
}, 60_000);

test('an address that makes no sense shows all files', async () => {
  const page = await open('/files?sort=colour&q=');
  await row(page, filesCount - 1).waitFor();
  await page.close();
}, 60_000);

test('keys go to the search and from page to page', async () => {
  const page = await open('/files?sort=name');
  await row(page, 0).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  await page.keyboard.press('/');
  await page.keyboard.type('file-04');
  await row(page, 49).waitFor();
  await row(page, 0).waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1 }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  // One after the other without a pause: a `g` waits a moment for what follows, and no longer.
  await Promise.all([page.keyboard.press('g'), page.keyboard.press('a')]);
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
  await page.close();
}, 60_000);
