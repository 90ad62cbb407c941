// For tests: Chromium, on a page that is bundled from source and served by the scripted hub.
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ScriptedHub } from '../watch/scripted-hub.fixture.ts';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args });
}

/** The script of `entry`, a path beside this file, as a browser runs it. */
export async function bundleForBrowser(entry: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, entry)],
    target: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputs[0]?.text() ?? '';
}

/** Opens a page that runs `script`; `query` is for the script. */
export async function openPage(browser: Browser, hub: ScriptedHub, script: string, query = ''): Promise<Page> {
  const body =
    '<!doctype html><html lang="en"><title>Test</title><main><h1>Test page</h1><div id="root"></div></main><script type="module" src="/page.js"></script></html>';
  hub.pages.set('/', { type: 'text/html;charset=utf-8', body });
  hub.pages.set('/page.js', { type: 'text/javascript', body: script });
  const page = await browser.newPage();
  await page.goto(`${hub.base}/?${query}`);
  return page;
}
