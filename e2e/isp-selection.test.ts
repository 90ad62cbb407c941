// A selection of customers suspended and reactivated at once, how long a removal can be undone, and the hub's own work, in Chromium.
import { afterEach, expect, test } from 'bun:test';
import { faultsOf } from './harness/accessibility.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { type IspCustomer, runIspSite } from './harness/isp.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { signIn } from './harness/sign-in.ts';
import { until } from './harness/until.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

const ana: IspCustomer = { cliente: 'Ana Peña', direccion_ip: '10.20.0.15', usuario_ppp: 'ana.pena', mac: '4C:5E:0C:AA:BB:15' };
const luis: IspCustomer = { cliente: 'Luis Núñez', direccion_ip: '10.20.0.16', usuario_ppp: 'luis.nunez', mac: '4C:5E:0C:AA:BB:16' };

test('two customers are suspended by one operation, and reactivated by another', async () => {
  const { hub, router, connections } = await runIspSite(scope, [ana, luis]);
  const page = await (await openBrowser(scope, 'es-ES')).newPage();
  const complaints = complaintsOf(page);
  await signIn(page, hub.url);
  const statesOf = () => Promise.all([...connections.values()].map(async (id) => (await hub.admin.ask('GET', `/api/conexiones/${id}`)).estado));
  const disabled = () => router.rows('ppp/secret').filter((row) => row.disabled === 'true').length;
  const chosen = async (action: string) => {
    await page.goto(`${hub.url}/connections`);
    for (const { direccion_ip } of [ana, luis]) await page.getByRole('row').filter({ hasText: direccion_ip }).getByRole('checkbox').check();
    await page.getByRole('button', { name: action }).click();
    await page.getByRole('dialog').getByRole('button', { name: action }).click();
  };

  await chosen('Suspender');
  await page.waitForURL(/\/operations\/suspend-connections-/);
  await until('both are suspended', async () => (await statesOf()).every((state) => state === 'suspendida'));
  await page.getByText('Suspensión de varias conexiones').waitFor();
  await page.getByText('Conexión suspendida en el router').first().waitFor();
  for (const { cliente, direccion_ip } of [ana, luis]) await page.getByText(`${cliente} · ${direccion_ip}`, { exact: true }).waitFor();
  await page.getByRole('button', { name: new RegExp(ana.cliente) }).click();
  await page.getByRole('link', { name: `Conexión ${connections.get(ana.direccion_ip)}`, exact: true }).waitFor();
  await page.getByText('Aún no iniciado').waitFor();
  await picture(page, 'isp-bulk-suspension');
  expect(await faultsOf(page)).toEqual([]);
  expect(disabled()).toBe(2);

  await chosen('Reactivar');
  await page.waitForURL(/\/operations\/reactivate-connections-/);
  await until('both are active', async () => (await statesOf()).every((state) => state === 'activa'));
  expect(disabled()).toBe(0);
  expect(complaints).toEqual([]);
}, 180_000);

test('an undo is offered with the time that is left, and no longer when it would be refused', async () => {
  const { hub, connections } = await runIspSite(scope, [ana, luis]);
  const page = await (await openBrowser(scope)).newPage();
  await page.clock.install();
  await signIn(page, hub.url);
  const [anas, luiss] = [connections.get(ana.direccion_ip), connections.get(luis.direccion_ip)];
  const undo = page.getByRole('button', { name: 'Undo the removal' });
  for (const id of [anas, luiss]) await hub.admin.ask('POST', `/api/conexiones/${id}/eliminar`, { json: {} });

  // The address of one is given to somebody else.
  const { id_usuario } = await hub.admin.ask('GET', `/api/conexiones/${luiss}`);
  const { id_conexion } = await hub.admin.ask('POST', '/api/conexiones', { json: { id_usuario, direccion_ip: luis.direccion_ip } });
  await page.goto(`${hub.url}/connections/${luiss}`);
  await page.getByText(`connection ${id_conexion} has its address`).waitFor();
  expect(await undo.count()).toBe(0);

  await page.goto(`${hub.url}/connections/${anas}`);
  await undo.waitFor();
  await page.getByText(/^6 days .* left to undo it$/).waitFor();
  await picture(page, 'isp-undo-left');
  expect(await faultsOf(page)).toEqual([]);
  // A page that was left open offers it no longer, whether or not it heard from the hub.
  await page.clock.fastForward(7 * 24 * 3_600_000);
  await page.getByText('It can no longer be undone').waitFor();
  expect(await undo.count()).toBe(0);
}, 180_000);

test('a comparison that the hub made by itself has a page like any other', async () => {
  const { hub } = await runIspSite(scope, [ana], { ISP_RECONCILE_INTERVAL_MS: '1000' });
  const page = await (await openBrowser(scope)).newPage();
  const complaints = complaintsOf(page);
  const refused: string[] = [];
  page.on('response', (response) => response.status() >= 400 && refused.push(`${response.status()} ${response.url()}`));
  const made = await until('a comparison was made', async () => {
    const { operations } = await hub.admin.ask('GET', '/api/operations?user_id=0&state=completed');
    return operations[0];
  });
  await signIn(page, hub.url);
  refused.length = 0;
  await page.goto(`${hub.url}/operations`);
  await page.getByText('the hub itself', { exact: false }).first().waitFor();
  await page.goto(`${hub.url}/operations/${made.operation_id}?user=0`);
  await page.getByRole('heading', { level: 1, name: 'Sede Norte' }).waitFor();
  await page.getByText('Comparison with a router').waitFor();
  await page.getByText(/^Differences between records and router: \d+$/).waitFor();
  await picture(page, 'isp-hub-itself');
  // What it said step by step is there too, and in the language of whoever reads: also when the reader takes another one.
  await page.getByRole('button', { name: /^Compare with the router/ }).click();
  await page.getByText('Not begun yet').waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Español' }).click();
  await page
    .getByText(/^Diferencias entre los registros y el router: \d+$/)
    .first()
    .waitFor();
  await page.getByText('Aún no iniciado').waitFor();
  await picture(page, 'isp-hub-itself-es');
  expect(await faultsOf(page)).toEqual([]);
  expect(refused).toEqual([]);
  expect(complaints).toEqual([]);
}, 180_000);
