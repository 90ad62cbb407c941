// Alive, ready, and what both say while the hub goes away.
import { expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ScriptedAgent } from '../agents/scripted-agent.fixture.ts';
import { eventually, startTestHub, type TestHub } from '../http/hub.fixture.ts';

test('a running hub is alive and ready, for anybody who asks', async () => {
  const hub = await startTestHub();
  for (const path of ['/healthz', '/readyz']) expect(await hub.send('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  await hub.stop();
});

/** A connection that stays open between requests, as a load balancer has. */
async function keptConnection(hub: TestHub): Promise<(method: string, path: string) => Promise<string>> {
  const socket = connect({ port: Number(new URL(hub.url).port), host: '127.0.0.1' });
  await new Promise((resolve) => socket.once('connect', resolve));
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  let gone = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    gone = true;
  });
  return async (method, path) => {
    received = '';
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: hub\r\ncontent-length: 0\r\n\r\n`);
    return eventually(() => /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? (gone ? 'closed' : undefined));
  };
}

test('a hub that goes away is not ready any more, sends its sockets away with 1001, and begins nothing new', async () => {
  const hub = await startTestHub();
  const agent = await new ScriptedAgent(hub, 'agent').join();
  const watcher = await hub.admin.watch();
  const balancer = await keptConnection(hub);
  const client = await keptConnection(hub);
  expect(await balancer('GET', '/readyz')).toBe('200');
  expect(await client('GET', '/healthz')).toBe('200');
  // A request under way: the hub waits for it.
  const upload = new TransformStream<Uint8Array, Uint8Array>();
  const writer = upload.writable.getWriter();
  const sent = hub.admin.send('POST', '/api/files?name=late.txt', { body: upload.readable });
  await writer.write(new TextEncoder().encode('half and '));
  await eventually(() => readdirSync(join(hub.dataDir, 'incoming')).length > 0 || undefined);
  const stopped = hub.hub.stop();
  expect((await watcher.closed).code).toBe(1001);
  expect((await agent.socket?.closed)?.code).toBe(1001);
  expect(await balancer('GET', '/readyz')).toBe('503');
  expect(await client('POST', '/api/agent/challenge')).toBe('503');
  await writer.write(new TextEncoder().encode('half'));
  await writer.close();
  expect((await sent).status).toBe(201);
  await stopped;
  await hub.restart();
  expect((await hub.admin.send('GET', '/api/files')).body.files).toMatchObject([{ name: 'late.txt', size: 13 }]);
  await hub.stop();
});
