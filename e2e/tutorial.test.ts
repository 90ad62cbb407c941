// docs/progress/tutorial.md, followed to the letter: its server on Node, its page in Chromium.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { Scope } from './harness/scope.ts';

const root = join(import.meta.dir, '..');
const scope = new Scope();
let browser: Browser;
let url: string;

/** The code of the tutorial whose heading names `file`. */
async function codeOf(file: string): Promise<string> {
  const page = await Bun.file(join(root, 'docs/progress/tutorial.md')).text();
  const [, code] = new RegExp(`^## .*\`${file}\`\\n\\n\`\`\`\\w+\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? [];
  if (code === undefined) throw new Error(`the tutorial has no ${file}`);
  return code;
}

beforeAll(async () => {
  const built = Bun.spawn(['node', join(root, 'packages/progress/build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  // Beside the example, whose packages are those that the tutorial installs.
  const folder = await mkdtemp(join(root, 'examples/.tutorial-'));
  scope.onEnd(() => rm(folder, { recursive: true, force: true }));
  for (const file of ['server.js', 'page.jsx']) await Bun.write(join(folder, file), await codeOf(file));
  await Bun.write(join(folder, 'package.json'), '{"type":"module"}');
  await Bun.write(join(folder, 'public/index.html'), '<!doctype html><meta charset="utf-8"><title>Orders</title><body><script src="page.js"></script>');
  const bundled = await Bun.build({ entrypoints: [join(folder, 'page.jsx')], outdir: join(folder, 'public'), target: 'browser', format: 'iife' });
  expect(bundled.success).toBe(true);
  const server = Bun.spawn(['node', 'server.js'], { cwd: folder, env: { ...process.env, PORT: '0' }, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  scope.onEnd(async () => {
    server.kill();
    await server.exited;
  });
  const { value } = await server.stdout.getReader().read();
  url = new TextDecoder().decode(value).trim();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  scope.onEnd(() => browser.close());
}, 60_000);
afterAll(() => scope.end());

test('the page shows each step, through a reload in the middle, to the end', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Order' }).click();
  await page.locator('li[data-step="pay"]').waitFor();
  await page.reload();
  await page.getByText('On its way').waitFor();
  await page.locator('section[data-state="completed"]').waitFor();
  const states = await page.locator('li').evaluateAll((items) => items.map((item) => [item.getAttribute('data-step'), item.getAttribute('data-state')]));
  expect(states).toEqual([
    ['pay', 'completed'],
    ['pack', 'completed'],
    ['send', 'completed'],
  ]);
  await page.close();
});

test('a stop ends the step that runs, and the next one never begins', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  // Pressed by the page itself, in the moment the step shows: a busy machine may take longer to press than the step takes.
  await page.evaluate(() => {
    const stop = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Stop');
    const observer = new MutationObserver(() => {
      if (!document.querySelector('li[data-step="pack"][data-state="in_progress"]')) return;
      observer.disconnect();
      stop?.click();
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await page.getByRole('button', { name: 'Order' }).click();
  await page.locator('section[data-state="stopped"]').waitFor();
  expect(await page.locator('li[data-step="pay"]').getAttribute('data-state')).toBe('completed');
  expect(await page.locator('li[data-step="send"]').getAttribute('data-state')).toBe('stopped');
  await page.close();
});
