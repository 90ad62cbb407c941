// A machine that has nothing becomes an agent with the one line that the hub's page shows: the executable is downloaded from the hub, checked and started.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { faultsOf } from './harness/accessibility.ts';
import { agentsOf } from './harness/agent.ts';
import { signInContext } from './harness/all-pages.ts';
import { complaintsOf, openBrowser, picture } from './harness/browser.ts';
import { cleanEnv, runtimeBinary } from './harness/command.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';

const scope = new Scope();
afterEach(() => scope.end());

const built = new Scope();
let executables: string;
beforeAll(async () => {
  executables = await buildExecutable();
}, 120_000);
afterAll(() => built.end());

const platform = `${process.platform}-${process.arch}`;

/** A folder as `npm run build` leaves it, with the executable for this machine. */
async function buildExecutable(): Promise<string> {
  const folder = await built.folder();
  const script = join(import.meta.dir, '../scripts/build-executable.ts');
  const build = Bun.spawn([runtimeBinary, script, `bun-${platform}`, runtimeBinary, join(folder, `relevo-${platform}`)], { stdout: 'ignore', stderr: 'pipe' });
  const complaint = await new Response(build.stderr).text();
  if ((await build.exited) !== 0) throw new Error(`the executable was not built: ${complaint}`);
  return folder;
}

async function openWizard(context: BrowserContext, hub: RunningHub, [add, make]: [string, string]): Promise<Page> {
  await signInContext(context, hub.admin);
  const page = await context.newPage();
  await page.goto(`${hub.url}/agents`);
  await page.getByRole('button', { name: add }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: make }).click();
  return page;
}

const commandOn = (page: Page) => page.getByRole('dialog').getByRole('tabpanel').locator('pre').innerText();

test('the shown line downloads the executable, checks it and starts it; the page turns green', async () => {
  const hub = await runHub(scope, { EXECUTABLES_DIR: executables });
  const context = await openBrowser(scope);
  const page = await openWizard(context, hub, ['Add agent', 'Make token']);
  const complaints = complaintsOf(page);
  await page.getByText(/It downloads Relevo \(\d+\.\d MB\) from this hub/).waitFor();
  await page.getByText('Waiting for the agent to arrive…').waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await picture(page, 'enrolment-1-command');

  const machine = await scope.folder();
  const line = await commandOn(page);
  // Its own page on a free port: the usual one may be somebody's here.
  const child = Bun.spawn(['sh', '-c', line], {
    cwd: machine,
    env: cleanEnv({ AGENT_PORT: '0', AGENT_NAME: 'bare' }),
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
  });
  scope.onEnd(async () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It ended by itself.
    }
    await child.exited;
  });
  await page.getByText('The agent has arrived').waitFor();
  await page.getByRole('dialog').getByText('bare').waitFor();
  await page.getByRole('dialog').getByText('Online').waitFor();
  await picture(page, 'enrolment-2-arrived');
  expect(await agentsOf(hub.admin)).toMatchObject([{ name: 'bare', status: 'online' }]);
  expect((await readdir(machine)).sort()).toEqual(['data', 'relevo']);
  expect(complaints).toEqual([]);
}, 180_000);

test('a hub without executables says so, and shows what works with what is there', async () => {
  const empty = join(await scope.folder(), 'none');
  await mkdir(empty);
  const hub = await runHub(scope, { EXECUTABLES_DIR: empty });
  const page = await openWizard(await openBrowser(scope, 'es-ES'), hub, ['Añadir agente', 'Crear token']);
  const lines = new Map<string, string>();
  for (const system of ['Linux', 'macOS', 'Windows', 'Docker']) {
    await page.getByRole('tab', { name: system }).click();
    await page.getByText('Este hub no tiene un ejecutable para este caso').waitFor();
    lines.set(system, await commandOn(page));
  }
  expect(lines.get('Linux')).toMatch(new RegExp(`^SERVER_URL='${hub.url}' API_KEY='relevo_[\\w-]+' npx relevo agent$`));
  expect(lines.get('macOS')).toBe(lines.get('Linux') ?? '');
  expect(lines.get('Windows')).toMatch(/npx relevo agent$/);
  expect(lines.get('Docker')).toMatch(/^docker run .* relevo-agent$/);
  expect(await faultsOf(page)).toEqual([]);
  await picture(page, 'enrolment-3-none');
}, 120_000);

test('the executable is a hub too, and offers itself', async () => {
  const path = join(executables, `relevo-${platform}`);
  const folder = await scope.folder();
  const env = cleanEnv({ HUB_PORT: '0', HUB_HOST: '127.0.0.1', LOG_FORMAT: 'json' });
  const hub = Bun.spawn([path, 'hub'], { cwd: folder, env, stdout: 'pipe', stderr: 'pipe' });
  scope.onEnd(async () => {
    hub.kill();
    await hub.exited;
  });
  const complaint = new Response(hub.stderr).text();
  const url = await readyUrl(hub.stdout);
  if (url === undefined) throw new Error(`the hub did not start: ${await complaint}`);
  const { executables: offered } = (await (await fetch(`${url}/api/executables`)).json()) as { executables: unknown };
  const bytes = await Bun.file(path).bytes();
  const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  expect(offered).toEqual([{ name: `relevo-${platform}`, platform, size: bytes.length, sha256 }]);
}, 60_000);

/** Where a process serves, once it says so; undefined when it ends before. */
async function readyUrl(output: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of output) {
    text += decoder.decode(bytes, { stream: true });
    const url = /"event":"ready","url":"([^"]+)"/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  return undefined;
}
