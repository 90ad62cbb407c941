// The agent's own page in Chromium: transfers that are paused, limited and stopped, files checked again, history, and a hub that is away.
import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type RunningAgent, runAgent } from './harness/agent.ts';
import { signInContext } from './harness/all-pages.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { runProxy } from './harness/proxy.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';

setDefaultTimeout(120_000);

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

/** Bytes that do not repeat: all of them are sent. */
async function upload(hub: RunningHub, name: string, size: number): Promise<string> {
  return (await hub.admin.ask('POST', `/api/files?name=${encodeURIComponent(name)}`, { body: randomBytes(size) })).id;
}

async function opened(agent: RunningAgent, locale = 'en-US'): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await openBrowser(scope, locale)).newPage();
  const complaints = complaintsOf(page);
  await page.goto(agent.url);
  return { page, complaints };
}

const transfer = (page: Page, name: string) =>
  page
    .getByRole('region', { name: /^(Transfers|Transferencias)$/ })
    .getByRole('listitem')
    .filter({ hasText: name });

test('a transfer is paused, goes on, and arrives; another is stopped; the history has both', async () => {
  const hub = await runHub(scope);
  const proxy = await runProxy(scope, { port: Number(new URL(hub.url).port) });
  const agent = await runAgent(scope, hub, { via: proxy.url, env: { TRANSFER_RANGE_BYTES: '262144' } });
  // Neither arrives before it was paused or stopped.
  proxy.weather = { bytesPerSecond: 20_000 };
  const { page, complaints } = await opened(agent);
  await page.getByText('Connected', { exact: true }).waitFor();
  for (const name of ['slow.bin', 'unwanted.bin']) {
    const file_id = await upload(hub, name, 4_000_000);
    await hub.admin.ask('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
  }

  await page.getByRole('button', { name: 'Pause slow.bin' }).click();
  await transfer(page, 'slow.bin').getByText('Paused at the agent').waitFor();
  await page.getByRole('button', { name: 'Stop unwanted.bin' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await transfer(page, 'unwanted.bin').getByText('Stopped').waitFor();
  await picture(page, 'agent-paused');
  proxy.weather = {};
  await page.getByRole('button', { name: 'Resume slow.bin' }).click();
  await page.getByRole('table', { name: 'Files held here' }).getByRole('row').filter({ hasText: 'slow.bin' }).waitFor();
  await page.getByRole('region', { name: 'History' }).getByRole('button', { name: 'Show' }).click();
  const ended = page.getByRole('region', { name: 'History' }).getByRole('listitem');
  await ended.filter({ hasText: 'slow.bin' }).getByText('Delivered and verified').waitFor();
  await ended.filter({ hasText: 'unwanted.bin' }).getByText('Stopped').waitFor();
  await picture(page, 'agent-history');
  expect(complaints).toEqual([]);
});

test('what bounds a transfer is told at the agent and at the hub, in both languages, and follows what changes', async () => {
  const hub = await runHub(scope);
  const proxy = await runProxy(scope, { port: Number(new URL(hub.url).port) });
  const agent = await runAgent(scope, hub, { via: proxy.url, env: { TRANSFER_RANGE_BYTES: '262144' } });
  proxy.weather = { bytesPerSecond: 100_000 };
  const file_id = await upload(hub, 'slow.bin', 100_000_000);
  const { operation_id } = await hub.admin.ask('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
  const { page, complaints } = await opened(agent);
  await transfer(page, 'slow.bin').getByText('limited by the connection').waitFor();
  await picture(page, 'agent-bound');

  const context = await openBrowser(scope, 'es-ES');
  await signInContext(context, hub.admin);
  const onHub = await context.newPage();
  await onHub.goto(`${hub.url}/operations/${encodeURIComponent(operation_id)}`);
  await onHub.getByText('limitado por la conexión').first().waitFor();
  await picture(onHub, 'operation-bound');
  // A link that is fast again, and a limit below it, which is there before.
  await fetch(`${agent.url}/api/settings`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"transfer_rate_max":500000}' });
  proxy.weather = {};
  await onHub.getByText('sujeto al límite del agente').first().waitFor();
  await transfer(page, 'slow.bin').getByText('held to the limit of the agent').waitFor();
  expect(complaints).toEqual([]);
});

test('the rate is limited at the page, and the limit is kept', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const { page } = await opened(agent);
  await page.getByRole('button', { name: 'No rate limit' }).click();
  await page.getByLabel('Rate limit', { exact: true }).last().fill('1.5');
  await picture(page, 'agent-limit');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'At most 1.5 MB/s' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'At most 1.5 MB/s' }).click();
  await page.getByRole('button', { name: 'No limit', exact: true }).click();
  await page.getByRole('button', { name: 'No rate limit' }).waitFor();
});

test('a file is checked again: an intact one stays, a damaged one is told and goes', async () => {
  const hub = await runHub(scope);
  const agent = await runAgent(scope, hub);
  const { page } = await opened(agent, 'es-ES');
  for (const name of ['sano.bin', 'dañado.bin']) {
    const file_id = await upload(hub, name, 1000);
    await hub.admin.ask('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
  }
  const held = page.getByRole('table', { name: 'Archivos que hay aquí' });
  for (const name of ['sano.bin', 'dañado.bin']) await held.getByRole('row').filter({ hasText: name }).waitFor();
  const check = async (name: string, before = () => {}) => {
    await page.getByRole('button', { name: `Acciones de ${name}` }).click();
    before();
    await page.getByRole('menuitem', { name: 'Comprobar de nuevo' }).click();
  };
  // With the menu open, and before anything asks for the list again, which would find it first.
  await check('dañado.bin', () => writeFileSync(join(agent.filesDir, 'dañado.bin'), new Uint8Array(1000).fill(8)));
  await page.getByText('dañado.bin se dañó o cambió').waitFor();
  await held.getByRole('row').filter({ hasText: 'dañado.bin' }).waitFor({ state: 'detached' });
  await check('sano.bin');
  await page.getByText('sano.bin está intacto').waitFor();
  await picture(page, 'agent-damaged');
  expect(await held.getByRole('row').filter({ hasText: 'sano.bin' }).count()).toBe(1);
});

test('while the hub is away the page says so, keeps what is here, and tries again when asked', async () => {
  const hub = await runHub(scope);
  // Some moment of a day from now: not in the seconds before it is asked.
  const day = String(24 * 3_600_000);
  const agent = await runAgent(scope, hub, { env: { RECONNECT_DELAY_MIN_MS: day, RECONNECT_DELAY_MAX_MS: day } });
  const { page } = await opened(agent);
  const file_id = await upload(hub, 'kept.bin', 1000);
  await hub.admin.ask('POST', '/api/deliveries', { json: { file_id, agent_ids: [agent.id] } });
  await page.getByRole('table', { name: 'Files held here' }).getByRole('row').filter({ hasText: 'kept.bin' }).waitFor();
  await hub.kill();
  await page.getByText('Not connected').waitFor();
  await page.getByText('Last error').waitFor();
  await page.getByRole('link', { name: 'Open kept.bin' }).waitFor();
  await picture(page, 'agent-hub-away');
  await hub.start();
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.getByText('Connected', { exact: true }).waitFor();
});
