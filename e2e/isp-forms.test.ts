// The forms of the ISP's records as an operator fills them in, in Chromium: numbers as they are written, and only what was changed is sent.
import { afterEach, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { complaintsOf, picture } from './harness/browser.ts';
import { adminEmail, adminPassword, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { sharedBrowser } from './harness/shared-browser.ts';

const openBrowser = sharedBrowser();
const scope = new Scope();
afterEach(() => scope.end());

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('input[type=email]').fill(adminEmail);
  await page.locator('input[type=password]').fill(adminPassword);
  await page.locator('button[type=submit]').click();
  await page.getByRole('navigation').first().waitFor();
}

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
