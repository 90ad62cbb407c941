// The Express example as a person meets it: its own page and its plain client, in Chromium.
import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { complaintsOf, openBrowser } from './harness/browser.ts';
import { Scope } from './harness/scope.ts';

const scope = new Scope();
afterEach(() => scope.end());

async function runExample(): Promise<string> {
  const cwd = join(import.meta.dir, '../examples/express-progress');
  const built = Bun.spawn(['node', '../../packages/progress/build.mjs'], { cwd, stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  const server = Bun.spawn(['node', 'server.js'], { cwd, env: { ...process.env, PORT: '0' }, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  scope.onEnd(async () => {
    server.kill('SIGKILL');
    await server.exited;
  });
  const { value } = await server.stdout.getReader().read();
  return new TextDecoder().decode(value).trim();
}

test('the page shows the three steps as they happen, and what each of them came to', async () => {
  const url = await runExample();
  const page = await (await openBrowser(scope)).newPage();
  const complaints = complaintsOf(page);
  await page.goto(url);
  // Every text that the list ever showed, in order.
  const told = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const texts: string[] = [];
        const list = document.querySelector('#steps') as HTMLElement;
        new MutationObserver(() => {
          for (const { textContent } of list.children) if (textContent && !texts.includes(textContent)) texts.push(textContent);
          if (texts.some((text) => text.startsWith('remove-config: completed'))) resolve(texts);
        }).observe(list, { subtree: true, childList: true, characterData: true });
      }),
  );
  await page.getByRole('button', { name: 'Eliminar conexión' }).click();
  const texts = await told;
  for (const step of ['remove-service', 'remove-router', 'remove-config']) {
    const own = texts.filter((text) => text.startsWith(`${step}: `));
    expect(own[0]).toStartWith(`${step}: in_progress 0 %`);
    expect(own.at(-1)).toStartWith(`${step}: completed 100 %`);
  }
  expect(await page.locator('#steps li').allTextContents()).toEqual([
    'remove-service: completed 100 % Asignación eliminada',
    'remove-router: completed 100 % Conexión eliminada del router',
    'remove-config: completed 100 % Configuración eliminada del sistema',
  ]);
  expect(complaints).toEqual([]);
});
