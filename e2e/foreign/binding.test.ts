// The SDK's binding beside what else its server does: other sockets, sessions that end, peers that are gone, a server that goes down.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProgressManager } from '@relevo/progress/report';
import { type AttachedProgress, type AttachOptions, attachProgress } from '@relevo/progress/server';
import { Scope } from '../harness/scope.ts';
import { frame, opcodes, RawClient, textFrame } from './raw-client.ts';

const scope = new Scope();
let server: Server;
let manager: ProgressManager;
let progress: AttachedProgress;
let url: string;

beforeEach(() => {
  manager = new ProgressManager();
  scope.onEnd(() => manager.close());
});
afterEach(() => scope.end());

async function serve(options: Partial<AttachOptions> = {}): Promise<void> {
  server = createServer((_request, response) => response.end('a page'));
  progress = attachProgress(server, {
    manager,
    authenticate: ({ headers }) => ({ userId: 7, session: String(headers['x-session'] ?? '') }),
    closeTimeoutMs: 100,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  scope.onEnd(async () => {
    await progress.close();
    server.closeAllConnections();
    server.close();
  });
}

async function open(headers: Record<string, string> = {}, path = '/ws/progress?userId=7'): Promise<RawClient> {
  const client = await RawClient.open(url, path, headers);
  scope.onEnd(() => client.end());
  return client;
}

test('leaves requests to the server, and sockets of other paths to whoever listens for them', async () => {
  await serve();
  expect(await (await fetch(url)).text()).toBe('a page');
  await expect(open({}, '/elsewhere')).rejects.toThrow('HTTP/1.1 404 ');
  server.on('upgrade', (request, socket) => {
    if (request.url === '/elsewhere') socket.end('HTTP/1.1 418 Another listener\r\n\r\n');
  });
  await expect(open({}, '/elsewhere')).rejects.toThrow('HTTP/1.1 418 ');
  (await open()).end();
});

test('serves the path it is told', async () => {
  await serve({ path: '/live' });
  await expect(open()).rejects.toThrow('HTTP/1.1 404 ');
  (await open({}, '/live?userId=7')).end();
});

test("takes pages of its own origin and of those it is told, and no other site's", async () => {
  await serve({ origins: ['https://app.example'] });
  (await open({ origin: url })).end();
  (await open({ origin: 'https://app.example' })).end();
  await expect(open({ origin: 'https://evil.example' })).rejects.toThrow('HTTP/1.1 403 ');
});

test('answers 500 when the application cannot tell who asks, and says it to the application', async () => {
  const errors: unknown[] = [];
  await serve({
    authenticate: () => Promise.reject(new Error('the session store is away')),
    onError: (error) => errors.push(error),
  });
  await expect(open()).rejects.toThrow('HTTP/1.1 500 ');
  expect(String(errors[0])).toContain('the session store is away');
});

test('a session that ends closes its sockets with 4401, and no others', async () => {
  await serve();
  const [first, second] = [await open({ 'x-session': 'a' }), await open({ 'x-session': 'b' })];
  expect(progress.activeConnections).toBe(2);
  progress.closeSession(7, 'a');
  expect(await first.closed()).toBe(4401);
  second.write(textFrame({ type: 'start_operation', operation_id: 'op' }));
  await second.message(({ seq }) => seq === 1);
  progress.closeSession(7);
  expect(await second.closed()).toBe(4401);
});

test('a peer that answers no ping is gone, one that does stays', async () => {
  // Long beside what a busy machine keeps this process waiting.
  await serve({ pingIntervalMs: 1000 });
  const [silent, alive] = [await open(), await open()];
  const answering = setInterval(() => alive.write(frame({ opcode: opcodes.pong })), 10);
  scope.onEnd(() => clearInterval(answering));
  expect(await silent.closed()).toBe(1006);
  alive.write(textFrame({ type: 'start_operation', operation_id: 'op' }));
  expect(await alive.message(({ seq }) => seq === 1)).toMatchObject({ state: 'pending' });
});

test('going down, it sends watchers away with 1001 whether they answer or not, and refuses new ones', async () => {
  await serve();
  const [reading, deaf] = [await open(), await open()];
  deaf.pause();
  const closed = progress.close();
  await expect(open()).rejects.toThrow('HTTP/1.1 503 ');
  expect(await reading.closed()).toBe(1001);
  await closed;
  expect(progress.activeConnections).toBe(0);
});

test('what is reported reaches every tab of its user, each number once', async () => {
  await serve();
  const tabs = await Promise.all(Array.from({ length: 5 }, () => open()));
  for (const tab of tabs) tab.write(textFrame({ type: 'watch', scope: 'user' }), frame({ opcode: opcodes.ping, payload: 'heard?' }));
  // Frames are taken in order: who answers the ping has heard what came before it.
  await Promise.all(tabs.map((tab) => tab.pong()));
  await manager.operation({ userId: 7, id: 'op', kind: 'x' }).run((operation) => operation.step('a', (step) => step.progress(50, 'half')));
  await Promise.all(tabs.map((tab) => tab.message(({ state }) => state === 'completed')));
  for (const tab of tabs) expect(tab.texts().map(({ seq }) => seq)).toEqual(tab.texts().map((_, index) => index + 1));
});
