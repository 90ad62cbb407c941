// The forms of the ISP's records as an operator fills them in, in Chromium: numbers as they are written, and only what was changed is sent.
import { afterEach, expect, test } from 'bun:test';
import { faultsOf } from './harness/accessibility.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';
import { signIn } from './harness/sign-in.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

test('los números se leen con coma o con punto, y lo que no se admite se dice junto al campo', async () => {
  const hub = await runHub(scope);
  const page = await (await openBrowser(scope, 'es-ES')).newPage();
  const complaints = complaintsOf(page);
  await signIn(page, hub.url);
  await page.goto(`${hub.url}/services`);
  await page.getByRole('button', { name: 'Añadir servicio' }).click();
  const dialog = page.getByRole('dialog');
  const field = (label: string) => dialog.getByRole('textbox', { name: label });
  const save = dialog.getByRole('button', { name: 'Guardar' });
  await field('Nombre').fill('Fibra');
  await field('Bajada').fill('100,5');
  await field('Precio').focus();
  await page.evaluate(() => navigator.clipboard.writeText('24,90'));
  await page.keyboard.press('Control+V');
  expect(await field('Precio').inputValue()).toBe('24,90');

  // What cannot be kept stays as it was written, and is told.
  await field('Subida').fill('-3');
  await dialog.getByText('Tiene que ser de 0,001 a 100.000').waitFor();
  expect([await field('Subida').inputValue(), await save.isDisabled()]).toEqual(['-3', true]);
  await field('Precio').fill('24,905');
  await dialog.getByText('Como mucho 2 cifras decimales').waitFor();
  await picture(page, 'isp-service-numbers');
  expect(await faultsOf(page)).toEqual([]);
  await field('Subida').fill('50.25');
  await field('Precio').fill('24,90');
  await save.click();
  await dialog.waitFor({ state: 'detached' });
  expect((await hub.admin.ask('GET', '/api/servicios')).servicios).toMatchObject([{ bajada_kbps: 100_500, subida_kbps: 50_250, precio: 24.9 }]);
  await page.getByRole('button', { name: 'Acciones para Fibra' }).click();
  await page.getByRole('menuitem', { name: 'Editar' }).click();
  expect(await Promise.all(['Bajada', 'Subida', 'Precio'].map((label) => field(label).inputValue()))).toEqual(['100,5', '50,25', '24,90']);

  await page.goto(`${hub.url}/routers`);
  await page.getByRole('button', { name: 'Añadir router' }).click();
  await field('Puerto').fill('99999');
  await dialog.getByText('Tiene que ser de 1 a 65.535').waitFor();
  expect(await field('Puerto').inputValue()).toBe('99999');
  expect(complaints).toEqual([]);
}, 120_000);

test('two windows that edit one record keep what each of them changed', async () => {
  const hub = await runHub(scope);
  const ask = (path: string, json: object) => hub.admin.ask('POST', path, { json });
  const { id_usuario } = await ask('/api/clientes', { nombre: 'Ana Peña', telefono: '600', email: 'ana@example.com' });
  const { id_conexion } = await ask('/api/conexiones', { id_usuario, direccion_ip: '10.20.0.15' });
  const { id_servicio } = await ask('/api/servicios', { nombre: 'Fibra', bajada_kbps: 1234, subida_kbps: 500, precio: 24.9 });
  const { id_router } = await ask('/api/routers', { nombre: 'Norte', tipo: 'routeros', host: '10.0.0.1', port: 8443 });
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  const dialog = page.getByRole('dialog');
  const edit = async (path: string, name: string, label: string, text: string, elsewhere: object) => {
    await page.goto(`${hub.url}/${path}`);
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await dialog.getByLabel(label).fill(text);
    await hub.admin.ask('PATCH', `/api/${apiOf[path]}`, { json: elsewhere });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const apiOf: Record<string, string> = {
    customers: `clientes/${id_usuario}`,
    services: `servicios/${id_servicio}`,
  };
  await edit('customers', 'Ana Peña', 'Phone', '611', { email: 'new@example.com' });
  expect(await hub.admin.ask('GET', `/api/clientes/${id_usuario}`)).toMatchObject({ telefono: '611', email: 'new@example.com' });
  await edit('services', 'Fibra', 'Upload', '2', { precio: 30 });
  expect(await hub.admin.ask('GET', `/api/servicios/${id_servicio}`)).toMatchObject({ subida_kbps: 2000, bajada_kbps: 1234, precio: 30 });

  for (const [path, api, label, elsewhere, after] of [
    [`connections/${id_conexion}`, `conexiones/${id_conexion}`, 'PPP user', { mac: '4C:5E:0C:AA:BB:01' }, { usuario_ppp: 'ana', mac: '4C:5E:0C:AA:BB:01' }],
    [`routers/${id_router}`, `routers/${id_router}`, 'Name', { host: '10.0.0.2' }, { nombre: 'ana', host: '10.0.0.2', port: 8443 }],
  ] as const) {
    await page.goto(`${hub.url}/${path}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel(label).fill('ana');
    await hub.admin.ask('PATCH', `/api/${api}`, { json: elsewhere });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await hub.admin.ask('GET', `/api/${api}`)).toMatchObject(after);
  }
}, 120_000);

test('una contraseña nueva sola conserva el usuario del router, y lo que falta se dice junto al campo', async () => {
  const hub = await runHub(scope);
  const credentials = { username: 'relevo', password: 'wrong' };
  const { id_router } = await hub.admin.ask('POST', '/api/routers', { json: { nombre: 'Norte', tipo: 'routeros', host: '10.0.0.1', credentials } });
  const page = await (await openBrowser(scope, 'es-ES')).newPage();
  await signIn(page, hub.url);
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Guardar' });
  await page.goto(`${hub.url}/routers/${id_router}`);
  await page.getByRole('button', { name: 'Editar' }).click();
  await dialog.getByLabel('Contraseña', { exact: true }).fill('right');
  const sent = page.waitForRequest((request) => request.method() === 'PATCH');
  await save.click();
  expect((await sent).postDataJSON()).toEqual({ credentials: { password: 'right' } });
  await dialog.waitFor({ state: 'detached' });

  await page.goto(`${hub.url}/routers`);
  await page.getByRole('button', { name: 'Añadir router' }).click();
  await dialog.getByLabel('Contraseña', { exact: true }).fill('right');
  await dialog.getByText('Falta el usuario').waitFor();
  await dialog.getByLabel('Usuario').fill('relevo');
  await dialog.getByLabel('Contraseña', { exact: true }).fill('');
  await dialog.getByText('Falta la contraseña').waitFor();
  await picture(page, 'isp-router-missing');
  expect(await faultsOf(page)).toEqual([]);
  // An empty name is told by the browser itself, at the field.
  await dialog.getByLabel('Contraseña', { exact: true }).fill('right');
  await save.click();
  expect(await dialog.getByLabel('Nombre').evaluate((field) => field === document.activeElement)).toBe(true);
}, 120_000);

test('Esc closes a dialog at once, and the focus is where it was opened from', async () => {
  const hub = await runHub(scope);
  const { id_usuario } = await hub.admin.ask('POST', '/api/clientes', { json: { nombre: 'Ana Peña' } });
  const { id_conexion } = await hub.admin.ask('POST', '/api/conexiones', { json: { id_usuario, direccion_ip: '10.20.0.15' } });
  const page = await (await openBrowser(scope)).newPage();
  await signIn(page, hub.url);
  const dialog = page.getByRole('dialog');
  for (const [path, name] of [
    ['connections', 'Add connection'],
    [`connections/${id_conexion}`, 'Edit'],
    [`connections/${id_conexion}`, 'Remove configuration'],
    ['services', 'Add service'],
  ] as const) {
    await page.goto(`${hub.url}/${path}`);
    const opener = page.getByRole('button', { name, exact: true });
    await opener.click();
    await dialog.locator(':focus').waitFor();
    expect([name, await page.getByRole('option').count()]).toEqual([name, 0]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect([name, await opener.evaluate((button) => button === document.activeElement)]).toEqual([name, true]);
  }

  // From the menu of a row it goes back to the button of the menu.
  await page.goto(`${hub.url}/customers`);
  const menu = page.getByRole('button', { name: 'Actions for Ana Peña' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await dialog.locator(':focus').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true);
}, 120_000);

test('de más conexiones que las que admite el hub no se ofrece nada, y se dice antes de confirmar', async () => {
  const hub = await runHub(scope, { ISP_BULK_MAX: '1' });
  const { id_usuario } = await hub.admin.ask('POST', '/api/clientes', { json: { nombre: 'Ana Peña' } });
  for (const direccion_ip of ['10.20.0.15', '10.20.0.16']) await hub.admin.ask('POST', '/api/conexiones', { json: { id_usuario, direccion_ip } });
  const page = await (await openBrowser(scope, 'es-ES')).newPage();
  await signIn(page, hub.url);
  await page.goto(`${hub.url}/connections`);
  const box = (address: string) => page.getByRole('row').filter({ hasText: address }).getByRole('checkbox');
  const bar = page.getByRole('region', { name: 'Filas elegidas' });
  await box('10.20.0.15').check();
  await bar.getByRole('button', { name: 'Suspender' }).waitFor();
  await box('10.20.0.16').check();
  await bar.getByText('Como mucho se puede trabajar con 1 a la vez').waitFor();
  expect(await bar.getByRole('button').allInnerTexts()).toEqual(['Quitar la selección']);
  await picture(page, 'isp-too-many-chosen');
  expect(await faultsOf(page)).toEqual([]);
  await box('10.20.0.16').uncheck();
  await bar.getByRole('button', { name: 'Eliminar configuración' }).waitFor();
}, 120_000);
