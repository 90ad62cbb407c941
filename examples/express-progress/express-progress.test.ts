// The example as a reader would run it: Express on the machine's own Node, watched by the plain client of the document it follows.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Subprocess } from 'bun';

const folder = import.meta.dir;
let server: Subprocess<'ignore', 'pipe', 'inherit'>;
let url = '';

beforeAll(async () => {
  const built = Bun.spawn(['node', '../../packages/progress/build.mjs'], { cwd: folder, stdout: 'inherit', stderr: 'inherit' });
  expect(await built.exited).toBe(0);
  server = Bun.spawn(['node', 'server.js'], { cwd: folder, env: { ...process.env, PORT: '0' }, stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const { value } = await server.stdout.getReader().read();
  url = new TextDecoder().decode(value).trim();
  // A build on a busy machine.
}, 120_000);
afterAll(async () => {
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

interface Shown {
  operation_id: string;
  step?: string;
  status?: string;
  message?: string;
  progress?: number | null;
  timestamp?: string;
  state?: string;
}

/** A page of somebody: keeps its cookie, sends what its front end sends. */
async function page(user: string) {
  const login = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) });
  const { userId } = (await login.json()) as { userId: number };
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie, ...headers }, body: JSON.stringify(body) });
  const open = async (watched = userId) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/progress?userId=${watched}`, { headers: { cookie, origin: url } } as unknown as string[]);
    const shown: Shown[] = [];
    const waiting = new Set<() => void>();
    socket.onmessage = ({ data }) => {
      shown.push(JSON.parse(String(data)));
      for (const look of waiting) look();
    };
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error('refused'));
    });
    const until = (wanted: (event: Shown) => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => shown.some(wanted) && resolve();
        waiting.add(look);
        look();
      });
    return { shown, until, say: (message: unknown) => socket.send(JSON.stringify(message)), close: () => socket.close() };
  };
  return { userId, post, open };
}

const requests: [string, string, unknown][] = [
  ['remove-service', '/api/conexiones/quitar-asignacion', { id_conexion: 12 }],
  ['remove-router', '/api/routers/quitar-conexion', { direccion_ip: '10.0.0.7' }],
  ['remove-config', '/api/configuracion/eliminar', { id_conexion: 12, id_usuario: 7 }],
];

describe('the Express example, on Node', () => {
  test('shows a client that knows six members every step of the three requests', async () => {
    const ana = await page('ana');
    const socket = await ana.open();
    const operationId = 'remove-config-1721181234567-abc123xyz';
    socket.say({ type: 'start_operation', operation_id: operationId });
    for (const [, path, body] of requests) {
      const answer = await ana.post(path, body, { 'x-operation-id': operationId, 'x-user-id': String(ana.userId) });
      expect(answer.status).toBe(200);
    }
    socket.say({ type: 'stop_operation', operation_id: operationId });
    await socket.until(({ state }) => state === 'completed');
    const steps = socket.shown.filter(({ step }) => step);
    for (const event of steps) {
      expect(Object.keys(event).slice(0, 6)).toEqual(['operation_id', 'step', 'status', 'message', 'progress', 'timestamp']);
    }
    for (const [step] of requests) {
      const own = steps.filter((event) => event.step === step);
      expect(own[0]).toMatchObject({ status: 'in_progress' });
      expect(own.at(-1)).toMatchObject({ status: 'completed', progress: 100 });
    }
    socket.close();
  });

  test('shows a failure as an error step, and answers 500', async () => {
    const ana = await page('ana');
    const socket = await ana.open();
    socket.say({ type: 'start_operation', operation_id: 'failing' });
    const answer = await ana.post('/api/conexiones/quitar-asignacion', { id_conexion: 'x' }, { 'x-operation-id': 'failing' });
    expect([answer.status, await answer.json()]).toEqual([500, { success: false, message: 'id_conexion no es un número' }]);
    await socket.until(({ status }) => status === 'error');
    expect(socket.shown.at(-1)).toMatchObject({ step: 'remove-service', message: 'Error: id_conexion no es un número', progress: 0 });
    socket.close();
  });

  test('shows the whole to one who comes after the work', async () => {
    const ana = await page('ana');
    for (const [, path, body] of requests) await ana.post(path, body, { 'x-operation-id': 'late' });
    const socket = await ana.open();
    socket.say({ type: 'start_operation', operation_id: 'late' });
    await socket.until(({ step, status }) => step === 'remove-config' && status === 'completed');
    expect(new Set(socket.shown.flatMap(({ step }) => step ?? []))).toEqual(new Set(requests.map(([step]) => step)));
    socket.close();
  });

  test('keeps the same id of two users apart, and nobody watches another', async () => {
    const [ana, ben] = [await page('ana'), await page('ben')];
    const [hers, his] = [await ana.open(), await ben.open()];
    for (const socket of [his, hers]) socket.say({ type: 'start_operation', operation_id: 'same' });
    await ana.post('/api/routers/quitar-conexion', {}, { 'x-operation-id': 'same', 'x-user-id': String(ben.userId) });
    await hers.until(({ status }) => status === 'completed');
    his.say({ type: 'stop_operation', operation_id: 'same' });
    await his.until(({ state }) => state === 'stopped');
    expect(his.shown.filter(({ step }) => step)).toEqual([]);
    await expect(ben.open(ana.userId)).rejects.toThrow('refused');
    hers.close();
    his.close();
  });

  test('runs the nicer form: nested work with bytes, and a stop that reaches it', async () => {
    const ana = await page('ana');
    const socket = await ana.open();
    socket.say({ type: 'watch', scope: 'user' });
    const { operation_id: first } = (await (await ana.post('/api/clientes/eliminar', { id: 1 })).json()) as Shown;
    await socket.until(({ operation_id, state }) => operation_id === first && state === 'completed');
    const archive = socket.shown.filter(({ step }) => step === 'archive');
    expect(archive.at(-1)).toMatchObject({ status: 'completed', bytes: 4_000_000, total_bytes: 4_000_000, progress: 100 });
    const { operation_id: second } = (await (await ana.post('/api/clientes/eliminar', { id: 2 })).json()) as Shown;
    await socket.until(({ operation_id, step }) => operation_id === second && step === 'remove-router');
    socket.say({ type: 'stop_operation', operation_id: second });
    await socket.until(({ operation_id, state }) => operation_id === second && state === 'stopped');
    expect(socket.shown.filter(({ operation_id, step }) => operation_id === second && step).at(-1)).toMatchObject({ status: 'error', message: 'Detenido' });
    socket.close();
  });
});
