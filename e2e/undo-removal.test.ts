// A removal that was done somewhere else is undone from the connection's page, records and router.
import { afterEach, expect, test } from 'bun:test';
import { signInContext } from './harness/all-pages.ts';
import { complaintsOf } from './harness/browser.ts';
import { heldByRouter, type IspCustomer, runIspSite } from './harness/isp.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

const ana: IspCustomer = { cliente: 'Ana Peña', direccion_ip: '10.20.0.15', usuario_ppp: 'ana.pena', mac: '4C:5E:0C:AA:BB:15' };

test('the page of a connection that was removed offers the undo, and shows it to its end', async () => {
  const { hub, router, connections } = await runIspSite(scope, [ana]);
  const before = heldByRouter(router, ana);
  const id_conexion = connections.get(ana.direccion_ip);
  const { id_usuario } = await hub.admin.ask('GET', `/api/conexiones/${id_conexion}`);
  const headers = { 'x-operation-id': 'remove-config-elsewhere', 'x-user-id': String(hub.admin.userId) };
  const ask = (path: string, json: object) => hub.admin.ask('POST', path, { json, headers });
  await ask('/api/conexiones/quitar-asignacion', { id_conexion });
  await ask('/api/routers/quitar-conexion', { direccion_ip: ana.direccion_ip });
  await ask('/api/configuracion/eliminar', { id_conexion, id_usuario });
  expect(heldByRouter(router, ana)).toEqual([]);

  const context = await openBrowser(scope);
  await signInContext(context, hub.admin);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${hub.url}/connections/${id_conexion}`);
  await page.getByText('Removed', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Undo the removal' }).click();
  // The button is gone with the first news of it; the dialog that shows the rest is there all the same.
  const dialog = page.getByRole('dialog');
  await dialog.locator('[data-step="restore-service"][data-status="completed"]').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Active', { exact: true }).first().waitFor();
  expect(await page.getByRole('button', { name: 'Undo the removal' }).count()).toBe(0);
  expect(heldByRouter(router, ana).toSorted()).toEqual(before.toSorted());
  expect(complaints).toEqual([]);
}, 90_000);
