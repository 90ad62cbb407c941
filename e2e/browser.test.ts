// The whole path as a newcomer walks it, in Chromium: start, sign in, drop files, send them to the agent, watch, find them there, delete.
import { afterEach, expect, test } from 'bun:test';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { complaintsOf, picture } from './harness/browser.ts';
import { sha256Of, sha256OfFile } from './harness/bytes.ts';
import { runtimeBinary } from './harness/command.ts';
import { makePdf, makePng } from './harness/documents.ts';
import { adminEmail, adminPassword, runHub } from './harness/hub.ts';
import { runProxy } from './harness/proxy.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { until } from './harness/until.ts';
import { runUp, type Up } from './harness/up.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

async function signIn(page: Page, { hubUrl, email, password }: Up): Promise<void> {
  await page.goto(`${hubUrl}/files`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Files' }).click();
  await page.getByRole('heading', { name: 'Files' }).waitFor();
}

/** Drops files from the disk onto the page, by the browser's own drag and drop. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const at = { x: 600, y: 500, data };
  const target = page.getByText('Drop to upload');
  // What takes it is loaded beside the page, and is there unseen until something is dragged.
  await target.waitFor({ state: 'attached' });
  await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at });
  await until('the page says where to drop', () => target.evaluate((element) => element.checkVisibility({ opacityProperty: true })));
  await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...at });
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...at });
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

/** Sends a file from its row and waits on the operation's page until it completed; resolves to the percentages that were seen. */
async function send(page: Page, name: string): Promise<number[]> {
  await row(page, name).getByRole('button', { name: 'Send to agents' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').last().check();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.waitForURL(/\/operations\//);
  const percentages = new Set<number>();
  await until(
    `the delivery of ${name} completed`,
    async () => {
      // Both as they were at one moment.
      const read = (step: HTMLElement) => [step.dataset.status, step.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')];
      const [status, percent] = await page.locator('[data-step]').first().evaluate(read, undefined, { timeout: 1000 });
      percentages.add(Number(percent));
      return status === 'completed';
    },
    { timeoutMs: 60_000, everyMs: 10 },
  );
  return [...percentages];
}

test('a newcomer delivers a program, a document and a photo, and finds the same bytes on the agent', async () => {
  // A link slow enough to watch the percentage on any machine.
  const target = { port: 0 };
  const proxy = await runProxy(scope, target);
  const up = await runUp(scope, { SERVER_URL: proxy.url });
  target.port = Number(new URL(up.hubUrl).port);
  proxy.weather = { bytesPerSecond: 4_000_000 };
  const context = await openBrowser(scope);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(up.hubUrl);
  await page.getByLabel('Email').waitFor();
  await picture(page, '1-sign-in');
  await signIn(page, up);
  await picture(page, '2-no-files');

  const folder = await scope.folder();
  const pdf = makePdf('Relevo delivers');
  const photo = makePng(240);
  const names = { pdf: 'guía rápida.pdf', photo: 'añó 📷.png', program: 'bun runtime.bin' };
  await writeFile(join(folder, names.pdf), pdf);
  await writeFile(join(folder, names.photo), photo);
  await copyFile(runtimeBinary, join(folder, names.program));
  await drop(
    page,
    Object.values(names).map((name) => join(folder, name)),
  );
  for (const name of Object.values(names)) await row(page, name).waitFor();
  await picture(page, '3-files');

  const percentages = await send(page, names.program);
  await picture(page, '4-delivered');
  expect(percentages.at(-1)).toBe(100);
  expect(percentages.some((value) => value > 0 && value < 100)).toBe(true);
  expect(percentages).toEqual([...percentages].sort((a, b) => a - b));
  for (const name of [names.pdf, names.photo]) {
    await page.getByRole('link', { name: 'Files' }).first().click();
    await send(page, name);
  }

  // The same bytes, by the agent's own page and API.
  const local = await context.newPage();
  const localComplaints = complaintsOf(local);
  await local.goto(up.agentUrl);
  await local.getByText('Connected', { exact: true }).first().waitFor();
  const held = local.getByRole('table', { name: 'Files held here' });
  for (const name of Object.values(names)) await held.getByRole('row').filter({ hasText: name }).waitFor();
  await picture(local, '5-agent');
  const content = async (name: string) => (await fetch(`${up.agentUrl}/api/files/${encodeURIComponent(name)}/content`)).bytes();
  expect(sha256Of(await content(names.pdf))).toBe(sha256Of(pdf));
  expect(sha256Of(await content(names.photo))).toBe(sha256Of(photo));
  expect(sha256Of(await content(names.program))).toBe(await sha256OfFile(runtimeBinary));

  // Deleting asks first; saying no keeps the file.
  const remove = held
    .getByRole('row')
    .filter({ hasText: names.photo })
    .getByRole('button', { name: /Delete/ });
  await remove.click();
  await local.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await local.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await held.getByRole('row').filter({ hasText: names.photo }).count()).toBe(1);
  await remove.click();
  await picture(local, '6-agent-delete');
  await local.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await held.getByRole('row').filter({ hasText: names.photo }).waitFor({ state: 'detached' });
  expect((await fetch(`${up.agentUrl}/api/files/${encodeURIComponent(names.photo)}/content`)).status).toBe(404);

  // On the hub's page of the agent the photo goes too, without a reload.
  await page.getByRole('link', { name: 'Agents' }).first().click();
  await page.getByRole('table').getByRole('link').first().click();
  await row(page, names.pdf).waitFor();
  await row(page, names.photo).waitFor({ state: 'detached' });
  await picture(page, '7-agent-on-hub');
  expect([...complaints, ...localComplaints]).toEqual([]);
  expect(await up.interrupt()).toBe(0);
}, 180_000);

test('a page that was open when the hub went says so, and is live again when the hub is back', async () => {
  const hub = await runHub(scope);
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, { hubUrl: hub.url, agentUrl: '', email: adminEmail, password: adminPassword, interrupt: async () => 0 });
  await page.getByText('Live', { exact: true }).first().waitFor();
  await hub.kill();
  await page.getByText('What you see is not live right now').waitFor();
  await picture(page, '8-hub-away');
  await hub.start();
  await page.getByText('Live', { exact: true }).first().waitFor();
  await page.getByText('What you see is not live right now').waitFor({ state: 'detached' });
}, 120_000);
