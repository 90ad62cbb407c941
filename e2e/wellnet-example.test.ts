// examples/wellnet-express: a back office with records of its own, whose page watches through it what a real hub was told.
import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { openBrowser } from './harness/browser.ts';
import { type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { until } from './harness/until.ts';

setDefaultTimeout(60_000);

const root = join(import.meta.dir, '..');
const scope = new Scope();
/** What one attempt at a test began. */
const attempt = new Scope();
let key: string;
let hub: RunningHub;
let browser: BrowserContext;
let url: string;

beforeAll(async () => {
  const built = Bun.spawn(['node', join(root, 'packages/progress/build.mjs')], { stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  hub = await runHub(scope);
  key = (await hub.admin.ask('POST', '/api/api-keys', { json: { name: 'WellNet' } })).key;
  browser = await openBrowser(scope);
});
afterAll(() => scope.end());

/** Each test, and each further attempt at it, has an office of its own, whose records nobody has touched. */
beforeEach(async () => {
  const env = { ...process.env, PORT: '0', RELEVO_URL: hub.url, RELEVO_API_KEY: key, OPERATORS: `ana:${hub.admin.userId},ben:99` };
  const office = Bun.spawn(['node', 'server.js'], { cwd: join(root, 'examples/wellnet-express'), env, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  attempt.onEnd(async () => {
    office.kill('SIGTERM');
    expect(await office.exited).toBe(0);
  });
  const { value } = await office.stdout.getReader().read();
  url = new TextDecoder().decode(value).trim();
});
afterEach(() => attempt.end());

async function signedIn(user = 'ana') {
  const page = await browser.newPage();
  attempt.onEnd(() => page.close());
  await page.goto(url);
  await page.getByLabel('Operador').fill(user);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.locator('#connections').waitFor();
  return page;
}

async function office(user = 'ana') {
  const login = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) });
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie, ...headers }, body: JSON.stringify(body) });
  return { cookie, post };
}

interface Shown {
  state: string;
  steps: { step: string; status: string; message: string; progress: number | null }[];
}

test('the page removes a connection in three steps, and the hub has the same operation with the same words', async () => {
  const page = await signedIn();
  const asked = page.waitForRequest(/quitar-asignacion/);
  await page.locator('tr[data-conexion="12"]').getByRole('button').click();
  const headers = await (await asked).allHeaders();
  expect(headers['x-user-id']).toBe(String(hub.admin.userId));
  await page.locator('tr[data-conexion="12"]').getByText('eliminada').waitFor();
  const shown = await page
    .locator('#steps li')
    .evaluateAll((items) => items.map((item) => [item.dataset.step, item.dataset.status, item.lastChild?.textContent]));
  expect(shown).toEqual([
    ['remove-service', 'completed', 'Asignación eliminada'],
    ['remove-router', 'completed', 'Conexión eliminada del router'],
    ['remove-config', 'completed', 'Configuración eliminada del sistema'],
  ]);
  const operation: Shown = await hub.admin.ask('GET', `/api/operations/${headers['x-operation-id']}`);
  expect(operation.state).toBe('completed');
  expect(operation.steps.map(({ step, status, message, progress }) => [step, status, message, progress])).toEqual(
    shown.map(([step, status, message]) => [step ?? '', status ?? '', message ?? '', 100]),
  );
});

test('a step that fails shows why, the answer has the same words, and a repeat of the request goes on from there', async () => {
  const { post } = await office();
  const operationId = `remove-config-${Date.now()}-failing`;
  const headers = { 'x-operation-id': operationId };
  await post('/api/conexiones/quitar-asignacion', { id_conexion: 13 }, headers);
  const wrong = await post('/api/routers/quitar-conexion', { direccion_ip: '10.20.0.99' }, headers);
  expect([wrong.status, await wrong.json()]).toEqual([404, { success: false, message: 'Ninguna conexión tiene esa dirección' }]);
  const failed = await until('the hub shows the failure', async () => {
    const { steps }: Shown = await hub.admin.ask('GET', `/api/operations/${operationId}`);
    return steps.find(({ status }) => status === 'error');
  });
  expect(failed).toMatchObject({ step: 'remove-router', message: 'Ninguna conexión tiene esa dirección', progress: 0 });
  for (const [path, body] of [
    ['/api/routers/quitar-conexion', { direccion_ip: '10.20.0.13' }],
    ['/api/configuracion/eliminar', { id_conexion: 13, id_usuario: 302 }],
  ] as const) {
    expect((await post(path, body, headers)).status).toBe(200);
  }
  await until('the hub has the end', async () => (await hub.admin.ask('GET', `/api/operations/${operationId}`)).state === 'completed');
});

test('without the header the work is done and nobody is told; with another user it is refused', async () => {
  const { post } = await office();
  expect((await post('/api/conexiones/quitar-asignacion', { id_conexion: 14 })).status).toBe(200);
  expect((await post('/api/conexiones/quitar-asignacion', { id_conexion: 14 }, { 'x-user-id': '99' })).status).toBe(403);
  expect((await post('/api/conexiones/quitar-asignacion', { id_conexion: 99 })).status).toBe(404);
  expect((await fetch(`${url}/api/conexiones`)).status).toBe(401);
});

test('the relay lets nobody watch another, nor who is not signed in, nor a page of another site', async () => {
  const { cookie } = await office('ben');
  const opens = (headers: Record<string, string>, userId: number) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/progress?userId=${userId}`, { headers } as unknown as string[]);
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
  expect(await opens({ cookie }, 99)).toBe(true);
  expect(await opens({ cookie }, hub.admin.userId)).toBe(false);
  expect(await opens({}, 99)).toBe(false);
  expect(await opens({ cookie, origin: 'https://evil.example' }, 99)).toBe(false);
});
