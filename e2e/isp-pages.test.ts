// The ISP's back office as an operator uses it, in Chromium: a customer is removed from the records and from a router, watched live, and put back.
import { afterEach, expect, test } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { untilStatus } from './harness/agent.ts';
import { settled } from './harness/all-pages.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { heldByRouter, type IspCustomer, routerPassword, runIspSite } from './harness/isp.ts';
import { Scope } from './harness/scope.ts';
import { makeUser } from './harness/session.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { signIn } from './harness/sign-in.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

const ana: IspCustomer = { cliente: 'Ana Peña', direccion_ip: '10.20.0.15', usuario_ppp: 'ana.pena', mac: '4C:5E:0C:AA:BB:15' };
const luis: IspCustomer = { cliente: 'Luis Núñez', direccion_ip: '10.20.0.16', usuario_ppp: 'luis.nunez', mac: '4C:5E:0C:AA:BB:16' };

const step = (page: Page, name: string, status?: string) => page.locator(`[data-step="${name}"]${status ? `[data-status="${status}"]` : ''}`);

/** Search, detail, preview; resolves with the dialog, nothing confirmed yet. */
async function openPreview(page: Page, url: string, words: { search: string; remove: string }, customer: IspCustomer) {
  await page.goto(`${url}/connections`);
  await page.getByRole('row').filter({ hasText: luis.direccion_ip }).waitFor();
  await page.getByRole('searchbox', { name: words.search }).fill('pena');
  await page.getByRole('row').filter({ hasText: luis.direccion_ip }).waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: customer.direccion_ip }).getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: customer.cliente }).waitFor();
  await page.getByRole('button', { name: words.remove }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('ppp/secret').waitFor();
  return dialog;
}

test('un operador elimina a un cliente paso a paso, reintenta lo que falló y lo deshace', async () => {
  const { hub, router, connections } = await runIspSite(scope, [ana, luis]);
  const page = await (await openBrowser(scope, 'es-ES')).newPage();
  const complaints = complaintsOf(page);
  await signIn(page, hub.url);
  const dialog = await openPreview(page, hub.url, { search: 'Buscar por cliente', remove: 'Eliminar configuración' }, ana);
  await picture(page, 'isp-removal-preview');
  expect(await faultsOf(page)).toEqual([]);

  // Only what names the connection confirms.
  const confirm = dialog.getByRole('button', { name: 'Eliminar', exact: true });
  const box = dialog.getByRole('textbox');
  await box.fill(luis.direccion_ip);
  expect(await confirm.isDisabled()).toBe(true);
  await box.fill(ana.direccion_ip);

  // The router lets nobody in: the second step fails, the third is not begun.
  router.password = 'another one';
  await confirm.click();
  await step(page, 'remove-router', 'error').waitFor();
  await step(page, 'remove-service', 'completed').waitFor();
  await step(page, 'remove-config', 'pending').waitFor();
  expect(await dialog.getByRole('alert').innerText()).toContain('contraseña');
  await picture(page, 'isp-removal-failed');
  expect(await faultsOf(page)).toEqual([]);
  expect(heldByRouter(router, ana)).toHaveLength(4);

  // Home leads back to it, where the same is shown, and nothing is done by itself.
  await page.goto(hub.url);
  await page.getByRole('link', { name: `${ana.cliente} (${ana.direccion_ip}): sin terminar` }).click();
  await step(page, 'remove-router', 'error').waitFor();
  expect(await step(page, 'remove-service').getAttribute('data-status')).toBe('completed');

  // Only the failed step is tried again; it moves before one's eyes, and the third follows by itself.
  router.password = routerPassword;
  const gate = Promise.withResolvers<void>();
  router.onRequest = async (request, usual) => {
    if (request.method === 'DELETE') await gate.promise;
    return usual();
  };
  await dialog.getByRole('button', { name: 'Reintentar este paso' }).click();
  await step(page, 'remove-router', 'in_progress').getByText('Eliminando', { exact: false }).waitFor();
  await picture(page, 'isp-removal-moving');
  gate.resolve();
  await step(page, 'remove-config', 'completed').waitFor();
  await dialog.getByText(`Se eliminó la configuración de ${ana.direccion_ip}`).waitFor();
  await picture(page, 'isp-removal-done');
  expect(heldByRouter(router, ana)).toEqual([]);
  expect(heldByRouter(router, luis)).toHaveLength(4);
  const id = connections.get(ana.direccion_ip);
  expect(await hub.admin.ask('GET', `/api/conexiones/${id}`)).toMatchObject({ estado: 'eliminada', id_servicio: null });

  // And put back, records and router.
  await dialog.getByRole('button', { name: 'Deshacer la eliminación' }).click();
  await step(page, 'restore-service', 'completed').waitFor();
  await dialog.getByRole('button', { name: 'Listo' }).click();
  await page.getByText('Activa', { exact: true }).first().waitFor();
  expect(heldByRouter(router, ana)).toHaveLength(4);
  expect(await hub.admin.ask('GET', `/api/conexiones/${id}`)).toMatchObject({ estado: 'activa', servicio: 'Fibra 100' });
  await picture(page, 'isp-connection-restored');
  expect(await faultsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
}, 180_000);

test('an operator reloads and leaves in the middle of a removal, which goes on, and what was done stands in the audit log', async () => {
  const { hub, router, connections } = await runIspSite(scope, [ana, luis]);
  const page = await (await openBrowser(scope)).newPage();
  const complaints = complaintsOf(page);
  await signIn(page, hub.url);
  const dialog = await openPreview(page, hub.url, { search: 'Search by customer', remove: 'Remove configuration' }, ana);
  await dialog.getByRole('textbox').fill('ana  PEÑA');
  const gate = Promise.withResolvers<void>();
  router.onRequest = async (request, usual) => {
    if (request.method === 'DELETE') await gate.promise;
    return usual();
  };
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await step(page, 'remove-router', 'in_progress').waitFor();
  await page.reload();
  await step(page, 'remove-router', 'in_progress').waitFor();
  // With the dialog closed the page says so, and leads back to it.
  await page.keyboard.press('Escape');
  await page.getByRole('alert').getByText('An operation is working on it').waitFor();
  expect(await page.getByText('A removal is not finished').count()).toBe(0);
  await picture(page, 'isp-removal-under-way');
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Show the removal' }).click();
  await step(page, 'remove-router', 'in_progress').waitFor();
  // It is the hub's: it ends though no page is open.
  const address = page.url();
  await page.goto('about:blank');
  gate.resolve();
  const path = `/api/conexiones/${connections.get(ana.direccion_ip)}`;
  await until('the connection is removed', async () => (await hub.admin.ask('GET', path)).estado === 'eliminada');
  await page.goto(address);
  await step(page, 'remove-config', 'completed').waitFor();
  await dialog.getByText('was removed').waitFor();
  expect(heldByRouter(router, ana)).toEqual([]);
  await dialog.getByRole('button', { name: 'Undo the removal' }).click();
  await step(page, 'restore-service', 'completed').waitFor();
  expect(heldByRouter(router, ana)).toHaveLength(4);
  await dialog.getByRole('button', { name: 'Done' }).click();

  // Suspended and reactivated, on the router too.
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await step(page, 'suspend-router', 'completed').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  expect(router.rows('ppp/secret').find(({ name }) => name === ana.usuario_ppp)?.disabled).toBe('true');
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await step(page, 'reactivate-router', 'completed').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  expect(router.rows('ppp/secret').find(({ name }) => name === ana.usuario_ppp)?.disabled).not.toBe('true');

  // Who did it stands in the audit log, with the operation it was part of.
  await page.goto(`${hub.url}/audit?action=conexion.eliminar`);
  const entry = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
  await entry.first().waitFor();
  expect(await entry.count()).toBe(1);
  await entry.getByRole('button').click();
  const changes = entry.getByRole('table', { name: 'Changes' });
  await changes.getByRole('row', { name: 'State Active Removed', exact: true }).waitFor();
  await picture(page, 'isp-audit-entry');
  expect(await faultsOf(page)).toEqual([]);
  await entry.getByRole('link', { name: 'Show the operation' }).click();
  await page.waitForURL(/\/operations\/remove-config-/);
  await page.getByText('Take the connection off the router').waitFor();
  expect(complaints).toEqual([]);
}, 180_000);

test('a removal waits for an agent that is away, and an address that somebody sent removes nothing', async () => {
  const { hub, agent, router, connections } = await runIspSite(scope, [ana, luis]);
  const context = await openBrowser(scope);
  const page = await context.newPage();
  await signIn(page, hub.url);
  const id = connections.get(ana.direccion_ip);

  // Nobody confirmed this operation: it does nothing, and does not offer to go on without being asked.
  await page.goto(`${hub.url}/connections/${id}?operation=remove-config-1721181234567-abc123xyz`);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nobody confirmed this removal').waitFor();
  expect(await dialog.getByRole('button', { name: 'Continue' }).count()).toBe(0);
  await picture(page, 'isp-removal-not-confirmed');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await dialog.getByText('The removal was stopped').waitFor();
  expect(await hub.admin.ask('GET', `/api/conexiones/${id}`)).toMatchObject({ estado: 'activa', servicio: 'Fibra 100' });

  // The agent is away: the preview says so, and the removal waits for it.
  await agent.kill();
  await untilStatus(hub.admin, agent.id, 'offline');
  await dialog.getByRole('button', { name: 'Start again' }).click();
  await dialog.getByText('The router could not be asked').waitFor();
  await picture(page, 'isp-preview-router-silent');
  await dialog.getByRole('textbox').fill(ana.direccion_ip);
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await step(page, 'remove-router', 'pending').getByText('agent', { exact: false }).waitFor();
  await picture(page, 'isp-removal-agent-away');
  expect(await faultsOf(page)).toEqual([]);
  expect(heldByRouter(router, ana)).toHaveLength(4);
  await agent.start();
  await step(page, 'remove-config', 'completed').waitFor();
  expect(heldByRouter(router, ana)).toEqual([]);
  expect(heldByRouter(router, luis)).toHaveLength(4);
}, 180_000);

test('a connection on a router without credentials is not removed half', async () => {
  const { hub, routerId, connections } = await runIspSite(scope, [ana]);
  await hub.admin.ask('PATCH', `/api/routers/${routerId}`, { json: { credentials: null } });
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  await page.goto(`${hub.url}/connections/${connections.get(ana.direccion_ip)}`);
  await page.getByRole('button', { name: 'Remove configuration' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It needs an agent and credentials').waitFor();
  await dialog.getByRole('textbox').fill(ana.direccion_ip);
  expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true);
  await picture(page, 'isp-preview-no-credentials');
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole('link', { name: 'Show the router' }).click();
  await page.waitForURL(`${hub.url}/routers/${routerId}`);
}, 120_000);

test('a removal that another program began, step by step, and left is gone on with', async () => {
  const { hub, router, connections } = await runIspSite(scope, [ana, luis]);
  const id_conexion = connections.get(ana.direccion_ip);
  const operation = 'remove-config-1721181234567-abc123xyz';
  await hub.admin.ask('POST', '/api/conexiones/quitar-asignacion', { json: { id_conexion }, headers: { 'x-operation-id': operation } });
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  await page.goto(`${hub.url}/connections/${id_conexion}?operation=${operation}`);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This removal stands still').waitFor();
  await picture(page, 'isp-removal-stands-still');
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('was removed').waitFor();
  expect(heldByRouter(router, ana)).toEqual([]);
  expect(heldByRouter(router, luis)).toHaveLength(4);
}, 120_000);

test('a file of connections is imported, and its bad lines are shown', async () => {
  const { hub } = await runIspSite(scope, [ana]);
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  const folder = await scope.folder();
  const path = join(folder, 'conexiones.csv');
  await writeFile(
    path,
    `cliente,direccion_ip,router\r\nEva Ruiz,10.20.0.20,Sede Norte\r\nIván Gil,10.20.0,Sede Norte\r\nSara Mora,${ana.direccion_ip},Sede Norte\r\n`,
  );

  async function importFile(isPartial: boolean) {
    await page.goto(`${hub.url}/connections`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Import from CSV' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(path);
    if (isPartial) await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    return dialog;
  }

  const refused = await importFile(false);
  await refused.getByText('2 problems in the file').first().waitFor();
  await page.reload();
  await refused.getByText('2 problems in the file').first().waitFor();
  await picture(page, 'isp-import-refused');
  expect(await faultsOf(page)).toEqual([]);
  const lines = refused.getByRole('table').getByRole('row');
  expect((await lines.allInnerTexts()).slice(1).map((text) => text.split('\t')[0]?.trim())).toEqual(['3', '4']);

  const taken = await importFile(true);
  await taken.getByText('1 connection was imported').waitFor();
  await taken.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('row').filter({ hasText: '10.20.0.20' }).waitFor();
  expect((await hub.admin.ask('GET', '/api/conexiones')).conexiones).toHaveLength(2);
}, 120_000);

test('a router is added, its key approved, and compared with the records; many connections are removed at once', async () => {
  const { hub, agent, router, routerId } = await runIspSite(scope, [ana, luis]);
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  await page.goto(`${hub.url}/routers`);
  await page.getByRole('button', { name: 'Add router' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Torre');
  await form.getByLabel('Address').fill('127.0.0.1');
  await form.getByLabel('Port').fill(String(router.port));
  await form.getByRole('combobox', { name: 'Agent' }).click();
  await page.getByRole('option', { name: new RegExp(agent.name) }).click();
  await form.getByLabel('User').fill('relevo');
  await form.getByLabel('Password', { exact: true }).fill(routerPassword);
  await picture(page, 'isp-router-form');
  expect(await faultsOf(page)).toEqual([]);
  await form.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/routers\/\d+$/);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText(`SHA256:${router.pin}`).waitFor();
  await page.getByText('Key not approved', { exact: true }).waitFor();
  expect(await page.getByText('has not been approved yet').count()).toBe(1);
  await picture(page, 'isp-router-key');
  await page.getByRole('button', { name: 'Approve this key' }).click();
  await page
    .getByRole('definition')
    .filter({ hasText: String(router.pin) })
    .waitFor();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText('Reachable', { exact: true }).waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);

  // Somebody took one customer off by hand, and added another that no record knows.
  await page.goto(`${hub.url}/routers/${routerId}`);
  for (const row of router.tables.list('ppp/secret').filter(({ name }) => name === luis.usuario_ppp)) router.tables.remove('ppp/secret', row);
  router.add('ppp/secret', { name: 'stranger', password: 'x', 'remote-address': '10.20.0.99' });
  await page.getByRole('button', { name: 'Compare with records' }).click();
  await page.getByText('stranger').first().waitFor();
  await page.getByRole('link', { name: /Luis Núñez/ }).waitFor();
  await picture(page, 'isp-router-differences');
  expect(await faultsOf(page)).toEqual([]);

  await page.goto(`${hub.url}/connections`);
  for (const { direccion_ip } of [ana, luis]) await page.getByRole('row').filter({ hasText: direccion_ip }).getByRole('checkbox').check();
  await picture(page, 'isp-chosen');
  await page.getByRole('button', { name: 'Remove configuration' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('2');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.waitForURL(/\/operations\/remove-connections-/);
  await until('both are removed', async () => {
    const { conexiones } = await hub.admin.ask('GET', '/api/conexiones?estado=eliminada');
    return conexiones.length === 2;
  });
  expect(heldByRouter(router, ana)).toEqual([]);
}, 180_000);

test('somebody who may not read the records sees no trace of them, and one who may only read cannot change them', async () => {
  const { hub } = await runIspSite(scope, [ana]);
  await makeUser(hub.admin, 'guest@example.com', 'a password of the tests');
  const reader = await makeUser(hub.admin, 'reader@example.com', 'a password of the tests');
  await hub.admin.ask('PATCH', `/api/users/${reader.userId}`, { json: { permissions: ['isp:read'] } });
  const guestPage = await (await openBrowser(scope)).newPage();
  await signIn(guestPage, hub.url, 'guest@example.com', 'a password of the tests');
  await guestPage.goto(`${hub.url}/connections`);
  await guestPage.getByText('You may not see this page').waitFor();
  expect(await guestPage.getByRole('navigation').getByRole('link', { name: 'Connections' }).count()).toBe(0);
  await picture(guestPage, 'isp-not-allowed');
  await guestPage.goto(`${hub.url}/audit`);
  await guestPage.getByText('You may not see this page').waitFor();

  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url, 'reader@example.com', 'a password of the tests');
  await page.goto(`${hub.url}/connections`);
  const row = page.getByRole('row').filter({ hasText: ana.direccion_ip });
  await row.waitFor();
  expect(await page.getByRole('button', { name: 'Add connection' }).count()).toBe(0);
  await row.getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: ana.cliente }).waitFor();
  expect(await page.getByRole('button', { name: /Remove|Suspend|Edit/ }).count()).toBe(0);
}, 120_000);

test('every page is free of serious faults of accessibility in both themes, and fits a phone', async () => {
  const { hub, routerId, connections } = await runIspSite(scope, [ana, luis]);
  const context = await openBrowser(scope, 'es-ES');
  const page = await context.newPage();
  await signIn(page, hub.url);
  const paths = ['connections', `connections/${connections.get(ana.direccion_ip)}`, 'customers', 'services', 'routers', `routers/${routerId}`, 'audit'];
  for (const path of paths) {
    await page.goto(`${hub.url}/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page
      .getByRole('status', { name: /Cargando/ })
      .first()
      .waitFor({ state: 'detached' });
    for (const [size, colorScheme, width, height] of [
      ['wide', 'light', 1280, 860],
      ['wide', 'dark', 1280, 860],
      ['phone', 'dark', 390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
      await settled(page);
      await picture(page, `isp-${path.replace(/\/.*/, '-one')}-${size}-${colorScheme}`);
      expect([path, size, colorScheme, ...(await faultsOf(page))]).toEqual([path, size, colorScheme]);
      expect([path, size, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)]).toEqual([path, size, true]);
    }
  }
}, 300_000);
