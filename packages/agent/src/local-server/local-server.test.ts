// The local page's API over a real socket, as its user, and as others who should not reach it.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as nodeRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SettingsError } from '@relevo/runtime';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import type { RunningAgent } from '../agent.ts';
import { readAgentSettings } from '../settings.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

async function started(env?: Record<string, string>): Promise<RunningAgent> {
  const agent = await bench.start(env);
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'inventory'));
  return agent;
}

async function holding(name: string, text: string): Promise<RunningAgent> {
  const agent = await started();
  await bench.hub.end(bench.hub.deliver(bench.hub.addFile(new TextEncoder().encode(text), name)));
  return agent;
}

/** A request with any Host, which `fetch` does not let one choose. */
function ask(
  agent: RunningAgent,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown> }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: Record<string, unknown> }>();
  const url = new URL(path, agent.url);
  const request = nodeRequest({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
    resolve({ status: response.statusCode ?? 0, headers: response.headers });
    response.destroy();
  });
  request.on('error', reject);
  request.end();
  return promise;
}

test('status tells the connection, the agent and its version', async () => {
  const agent = await started();
  const status = (await (await fetch(`${agent.url}/api/status`)).json()) as Record<string, unknown>;
  expect(status).toMatchObject({
    connection: { state: 'connected', server_url: bench.hub.url, last_error: null, since: expect.stringMatching(/^\d{4}-.*Z$/) },
    agent_id: expect.any(String),
    name: 'test',
    version: expect.any(String),
  });
});

test('lists what it holds, newest first', async () => {
  const agent = await holding('a file', 'hello');
  const sha256 = createHash('sha256').update('hello').digest('hex');
  expect(await (await fetch(`${agent.url}/api/files`)).json()).toEqual({ files: [{ name: 'a file', size: 5, sha256, received_at: expect.any(String) }] });
});

test('gives the bytes, whole and in part, never as active content', async () => {
  const agent = await holding('página.html', '<script>alert(1)</script>');
  const address = `${agent.url}/api/files/${encodeURIComponent('página.html')}/content`;
  const whole = await fetch(address);
  expect(await whole.text()).toBe('<script>alert(1)</script>');
  expect(whole.headers.get('content-disposition')).toStartWith('attachment');
  expect(whole.headers.get('content-security-policy')).toStartWith('sandbox');
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
  const part = await fetch(address, { headers: { range: 'bytes=1-6' } });
  expect([part.status, await part.text()]).toEqual([206, 'script']);
  expect((await fetch(address, { method: 'HEAD' })).headers.get('content-length')).toBe('25');
});

test('deletes a file and tells the hub', async () => {
  const agent = await holding('doomed', 'x');
  expect((await fetch(`${agent.url}/api/files/doomed`, { method: 'DELETE' })).status).toBe(204);
  expect(readdirSync(bench.filesDir)).toEqual(['.relevo-partial']);
  await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'file_gone'));
  expect((await fetch(`${agent.url}/api/files/doomed`, { method: 'DELETE' })).status).toBe(404);
});

test('a file that was removed by hand is not listed any more', async () => {
  const agent = await holding('removed', 'x');
  rmSync(join(bench.filesDir, 'removed'));
  expect(await (await fetch(`${agent.url}/api/files`)).json()).toEqual({ files: [] });
  expect((await fetch(`${agent.url}/api/files/removed/content`)).status).toBe(404);
});

test.each(['..%2F..%2Fetc%2Fpasswd', '%2e%2e', '.relevo-partial', 'by hand', 'folder', '%00', '%zz', '%ff'])('%p is not served', async (name) => {
  const agent = await started();
  writeFileSync(join(bench.filesDir, 'by hand'), 'private');
  mkdirSync(join(bench.filesDir, 'folder'));
  expect((await fetch(`${agent.url}/api/files/${name}/content`)).status).toBe(404);
  expect((await fetch(`${agent.url}/api/files/${name}`, { method: 'DELETE' })).status).toBe(404);
  expect(readdirSync(bench.filesDir).sort()).toEqual(['.relevo-partial', 'by hand', 'folder']);
});

describe('what the hub has', () => {
  test('is listed through the agent', async () => {
    const agent = await started();
    const { id } = bench.hub.addFile(new Uint8Array(7), 'there');
    expect(await (await fetch(`${agent.url}/api/hub/files?query=t`)).json()).toMatchObject({ files: [{ id, name: 'there', size: 7 }], next_cursor: null });
  });

  test('can be asked for', async () => {
    const agent = await started();
    const { id } = bench.hub.addFile(new Uint8Array(7));
    const response = await fetch(`${agent.url}/api/files`, { method: 'POST', body: JSON.stringify({ file_id: id }) });
    expect([response.status, await response.json()]).toEqual([202, { operation_id: `op-${id}` }]);
    expect(bench.hub.deliveriesAsked).toEqual([id]);
  });

  test('is refused in the words of the hub', async () => {
    const agent = await started();
    const response = await fetch(`${agent.url}/api/files`, { method: 'POST', body: JSON.stringify({ file_id: 'absent' }) });
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      404,
      'application/problem+json',
      expect.objectContaining({ code: 'not_found', detail: 'There is no such file' }),
    ]);
  });

  test('cannot be reached while the hub is away', async () => {
    const agent = await started();
    await bench.hub.stop();
    const response = await fetch(`${agent.url}/api/hub/files`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'hub_unreachable']);
  });

  test.each(['', '{', '[]', '{"file_id":5}', '{"file_id":""}', `{"file_id":"${'x'.repeat(200)}"}`])('is not asked for with the body %p', async (body) => {
    const agent = await started();
    expect((await fetch(`${agent.url}/api/files`, { method: 'POST', body })).status).toBe(400);
  });

  test('is not asked for with an endless body', async () => {
    const agent = await started();
    const withoutLength = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)));
        controller.close();
      },
    });
    for (const body of ['x'.repeat(100_000), withoutLength]) {
      const response = await fetch(`${agent.url}/api/files`, { method: 'POST', body });
      expect([response.status, await response.json()]).toEqual([413, expect.objectContaining({ code: 'body_too_large' })]);
    }
  });
});

test('events begin with what is now and tell every change', async () => {
  const agent = await started({ LOCAL_EVENTS_INTERVAL_MS: '1' });
  const stream = await fetch(`${agent.url}/api/events`);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const seen: string[] = [];
  const file = bench.hub.addFile(new Uint8Array(1000), 'live');
  bench.hub.deliver(file);
  const decoder = new TextDecoder();
  for await (const part of stream.body ?? []) {
    seen.push(...decoder.decode(part, { stream: true }).split('\n\n'));
    if (seen.some((event) => event.startsWith('event: files') && event.includes('"live"'))) break;
  }
  expect(seen.map((event) => event.split('\n')[0]).slice(0, 4)).toEqual(['retry: 2000', 'event: connection', 'event: transfers', 'event: files']);
  expect(seen.some((event) => event.startsWith('event: transfers') && event.includes('"in_progress"'))).toBe(true);
});

test('a HEAD of the events keeps no place', async () => {
  const agent = await started({ LOCAL_EVENT_STREAMS_MAX: '1' });
  for (let count = 0; count < 3; count += 1) {
    const { status, headers } = await fetch(`${agent.url}/api/events`, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  }
});

test.each([
  ['PUT', '/api/files', 'GET, HEAD, POST'],
  ['POST', '/api/status', 'GET, HEAD'],
  ['PATCH', '/api/files/x', 'DELETE'],
  ['GET', '/api/transfers/x/pause', 'POST'],
])('%s %s is refused with what is allowed', async (method, path, allow) => {
  const agent = await started();
  const response = await fetch(agent.url + path, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
});

test('transfers are told with a sentence in the language of the reader', async () => {
  const agent = await holding('f', 'x');
  const list = async (language: string) =>
    ((await (await fetch(`${agent.url}/api/transfers`, { headers: { 'accept-language': language } })).json()) as { transfers: { message: string }[] })
      .transfers;
  expect((await list('en')).map((task) => task.message)).toEqual(['Delivered and verified']);
  expect((await list('es-MX,es;q=0.9')).map((task) => task.message)).toEqual(['Entregado y verificado']);
});

describe('DNS rebinding', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    'localhost',
    'localhost:1',
    '127.0.0.1.evil.example:PORT',
    'localhost:PORT@evil.example',
    '[::2]:PORT',
    '169.254.1.1:PORT',
  ])('the host %p is refused', async (host) => {
    const agent = await started();
    const { port } = new URL(agent.url);
    for (const path of ['/api/status', '/api/files', '/healthz', '/', '/api/events']) {
      expect((await ask(agent, path, { host: host.replace('PORT', port) })).status).toBeOneOf([400, 403]);
    }
  });

  test('a request without any host is refused', async () => {
    const agent = await started();
    const { hostname, port } = new URL(agent.url);
    const answer = Promise.withResolvers<string>();
    const socket = connect(Number(port), hostname, () => socket.end('GET /api/status HTTP/1.1\r\n\r\n'));
    socket.on('data', (data) => answer.resolve(String(data)));
    socket.on('error', answer.reject);
    expect(await answer.promise).toMatch(/^HTTP\/1.1 40[03] /);
  });

  test.each(['localhost:PORT', '127.0.0.1:PORT', '[::1]:PORT', 'LOCALHOST:PORT'])('the host %p is its own', async (host) => {
    const agent = await started();
    expect((await ask(agent, '/api/status', { host: host.replace('PORT', new URL(agent.url).port) })).status).toBe(200);
  });
});

describe('another site', () => {
  test.each([
    ['POST', '/api/files'],
    ['DELETE', '/api/files/f'],
    ['GET', '/api/events'],
    ['GET', '/api/status'],
    ['GET', '/'],
  ])('%s %s with its Origin is refused', async (method, path) => {
    const agent = await started();
    const { host, port } = new URL(agent.url);
    const foreign = ['https://evil.example', 'null', `http://localhost:${Number(port) + 1}`, `https://${host}`];
    for (const origin of foreign) expect((await ask(agent, path, { host, origin }, method)).status).toBe(403);
  });

  test.each([
    ['POST', '/api/files', 403],
    ['GET', '/api/events', 403],
    ['GET', '/api/status', 200],
  ])('%s %s that a browser says comes from elsewhere is answered %p: a link may be followed', async (method, path, status) => {
    const agent = await started();
    expect((await ask(agent, path, { host: new URL(agent.url).host, 'sec-fetch-site': 'cross-site' }, method)).status).toBe(status);
  });

  test('its own Origin is not refused', async () => {
    const agent = await holding('f', 'x');
    expect((await fetch(`${agent.url}/api/files/f`, { method: 'DELETE', headers: { origin: agent.url } })).status).toBe(204);
  });

  test('no answer may be framed or read by another site', async () => {
    const agent = await started();
    const { headers } = await fetch(`${agent.url}/api/status`);
    expect([headers.get('x-frame-options'), headers.get('cross-origin-resource-policy'), headers.get('access-control-allow-origin')]).toEqual([
      'DENY',
      'same-origin',
      null,
    ]);
  });
});

describe('beyond loopback', () => {
  test('it does not start without a password', () => {
    expect(() => readAgentSettings({ AGENT_HOST: '0.0.0.0' })).toThrow(SettingsError);
    expect(() => readAgentSettings({ AGENT_HOST: '0.0.0.0' })).toThrow('AGENT_PASSWORD');
  });

  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`relevo:${password}`).toString('base64')}` });

  test('it asks for the password and takes no other', async () => {
    const agent = await started({ AGENT_HOST: '0.0.0.0', AGENT_PASSWORD: 'contraseña 1' });
    const url = `http://127.0.0.1:${new URL(agent.url).port}`;
    const refused = await fetch(`${url}/api/status`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Relevo agent", charset="UTF-8"']);
    expect((await fetch(`${url}/api/status`, { headers: basic('wrong') })).status).toBe(401);
    expect((await fetch(`${url}/api/status`, { headers: basic('contraseña 1') })).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('too many wrong passwords have to wait', async () => {
    const agent = await started({ AGENT_PASSWORD: 'right' });
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await fetch(agent.url, { headers: basic('wrong') })).status).toBe(401);
    expect((await fetch(agent.url, { headers: basic('right') })).status).toBe(429);
  });
});
