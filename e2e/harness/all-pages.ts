// Every page of both interfaces, with something on it: a hub that has files, agents, operations and an ISP's records.

import type { BrowserContext, Page } from 'playwright-core';
import { still } from './accessibility.ts';
import { makePdf, makePng } from './documents.ts';
import { runIspSite } from './isp.ts';
import type { Scope } from './scope.ts';
import type { Session } from './session.ts';
import { until } from './until.ts';

export interface ShownPage {
  name: string;
  url: string;
  /** Brings the page to what is to be looked at. */
  prepare?: (page: Page) => Promise<unknown>;
}

export interface AllPages {
  admin: Session;
  pages: readonly ShownPage[];
}

/** A page that is added to the router belongs in this list. */
export async function runAllPages(scope: Scope): Promise<AllPages> {
  const site = await runIspSite(scope, [
    { cliente: 'Ana Peña', direccion_ip: '10.20.0.15', usuario_ppp: 'ana.pena', mac: '4C:5E:0C:AA:BB:15' },
    { cliente: 'Luis Núñez', direccion_ip: '10.20.0.16', usuario_ppp: 'luis.nunez', mac: '4C:5E:0C:AA:BB:16' },
  ]);
  const { hub, agent, routerId, connections } = site;
  const { admin } = hub;
  const put = (name: string, body: BodyInit) => admin.ask('POST', `/api/files?name=${encodeURIComponent(name)}`, { body });
  const picture = await put('escaparate.png', Uint8Array.from(makePng(120)));
  const document = await put('guía rápida.pdf', Uint8Array.from(makePdf('Relevo delivers')));
  const text = await put('precios.csv', new TextEncoder().encode('artículo;precio\ncafé;1,40\n'.repeat(200)));
  const deliver = async (file: { id: string }) =>
    (await admin.ask('POST', '/api/deliveries', { json: { file_id: file.id, agent_ids: [agent.id] } })).operation_id;
  const operationId = await deliver(picture);
  await deliver(document);
  await until('the deliveries ended', async () => {
    const { operations } = await admin.ask('GET', '/api/operations?kind=delivery');
    return operations.every(({ state }: { state: string }) => state === 'completed');
  });
  const hubPage = (name: string, path: string, prepare?: ShownPage['prepare']): ShownPage => ({ name, url: hub.url + path, ...(prepare && { prepare }) });
  const dialogOpen = (page: Page) => page.getByRole('dialog').waitFor();
  return {
    admin,
    pages: [
      hubPage('home', '/'),
      hubPage('files', '/files'),
      hubPage('files-chosen', '/files', async (page) => {
        await page.getByRole('checkbox', { name: 'Choose all' }).check();
        await page.getByRole('region', { name: 'Chosen rows' }).waitFor();
      }),
      hubPage('file-picture', `/files?file=${picture.id}`, dialogOpen),
      hubPage('file-document', `/files?file=${document.id}`, (page) => page.getByRole('img', { name: 'Page 1' }).waitFor()),
      hubPage('file-text', `/files?file=${text.id}`, (page) => page.getByText('artículo;precio').waitFor()),
      hubPage('send', '/files', async (page) => {
        await page.getByRole('button', { name: 'Send to agents' }).first().click();
        await dialogOpen(page);
      }),
      hubPage('shortcuts', '/files', async (page) => {
        await page.keyboard.press('?');
        await dialogOpen(page);
      }),
      hubPage('no-such-file', '/files?q=nothing%20like%20it', (page) => page.getByText('No file matches').waitFor()),
      hubPage('agents', '/agents'),
      hubPage('agents-cards', '/agents', async (page) => {
        await page.locator('label').filter({ hasText: 'As cards' }).click();
        await page.getByRole('list', { name: 'Agents' }).waitFor();
        await page.reload();
        await page.getByRole('list', { name: 'Agents' }).getByText('Online').first().waitFor();
      }),
      hubPage('agent', `/agents/${agent.id}`),
      hubPage('operations', '/operations'),
      hubPage('operation', `/operations/${operationId}`),
      hubPage('users', '/users'),
      hubPage('account', '/account'),
      hubPage('api-keys', '/api-keys'),
      hubPage('enrolment-tokens', '/enrolment-tokens'),
      hubPage('settings', '/settings'),
      hubPage('health', '/health'),
      hubPage('audit', '/audit'),
      hubPage('connections', '/connections'),
      hubPage('connection', `/connections/${[...connections.values()][0]}`),
      hubPage('customers', '/customers'),
      hubPage('services', '/services'),
      hubPage('routers', '/routers'),
      hubPage('router', `/routers/${routerId}`),
      hubPage('missing', '/no-such-page'),
      { name: 'local', url: agent.url },
    ],
  };
}

export async function signInContext(context: BrowserContext, { cookie, url }: Session): Promise<void> {
  await context.addCookies(
    cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
    }),
  );
}

/** Resolves when the page has its heading, nothing on it is a bar that stands for what is still being fetched, and nothing moves. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  await still(page);
}
