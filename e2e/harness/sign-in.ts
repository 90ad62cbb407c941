// Signs in on a page of the hub as a person does, and waits until they are in.
import type { Page } from 'playwright-core';
import { adminEmail, adminPassword } from './hub.ts';

/** Unless somebody is named, the administrator of the tests. */
export async function signIn(page: Page, url: string, email = adminEmail, password = adminPassword): Promise<void> {
  await page.goto(url);
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('navigation').first().waitFor();
}
