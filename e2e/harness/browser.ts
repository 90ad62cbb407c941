// Chromium, as a person uses it; pictures of what was on the screen go to e2e/.screenshots.
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Scope } from './scope.ts';

export const chromiumPath = '/usr/bin/chromium';

/** What every Chromium is started with here. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A fresh browser; English unless said otherwise. */
export async function openBrowser(scope: Scope, locale?: string): Promise<BrowserContext> {
  const browser = await startChromium();
  scope.onEnd(() => browser.close());
  return personIn(browser, locale);
}

/** A person in a running browser who shares nothing with others in it: no cookies, no cache, no storage. */
export async function personIn(browser: Browser, locale = 'en-US'): Promise<BrowserContext> {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(30_000);
  return context;
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dir, '../.screenshots', `${name}.png`) });
}

/** What the browser complained of on this page: errors thrown, and errors logged that are not about a refused request. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  return complaints;
}
