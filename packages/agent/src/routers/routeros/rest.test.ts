// What each answer of a RouterOS router means, and who gets to see the credentials.
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { RouterInterruption } from '../router-interruption.ts';
import { createRouterOsRest, type RouterOsRest, type RouterOsRestOptions } from './rest.ts';
import { selfSigned } from './routeros-bench.fixture.ts';
import { RouterOsSimulator } from './simulator.ts';

const { signal } = new AbortController();
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function rest(port: number, change: Partial<RouterOsRestOptions> = {}): RouterOsRest {
  const made = createRouterOsRest({
    host: '127.0.0.1',
    port,
    scheme: 'http',
    pin: null,
    authorities: undefined,
    username: 'admin',
    password: 'p:ä',
    connectTimeoutMs: 5000,
    requestTimeoutMs: 5000,
    requestsAtOnceMax: 2,
    answerMaxBytes: 1024 * 1024,
    ...change,
  });
  ends.push(made.close);
  return made;
}

function simulate(options: ConstructorParameters<typeof RouterOsSimulator>[0] = {}): RouterOsSimulator {
  const simulator = new RouterOsSimulator({ password: 'p:ä', ...options }).start();
  ends.push(() => simulator.stop());
  return simulator;
}

/** What a call ends with: a code of a step's text, or `interrupted: …`. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    return `done: ${JSON.stringify(await call)}`;
  } catch (error) {
    if (error instanceof TaskFailure) return `${error.text.code} ${Object.values(error.text.values ?? {}).join(' ')}`.trim();
    if (error instanceof RouterInterruption) return `interrupted: ${error.message}`;
    return String(error);
  }
}

/** A server that answers every request with these bytes, or with nothing. */
async function answering(bytes: string | undefined): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => bytes !== undefined && socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function http(status: number, body: string): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}

describe('an answer', () => {
  test.each([
    [401, '{"error":401,"message":"Unauthorized"}', 'router.credentials_refused'],
    [400, '{"detail":"Session closed","error":400,"message":"Bad Request"}', 'interrupted: session closed'],
    [400, '{"detail":"not enough permissions (9)","error":400,"message":"Bad Request"}', 'router.refused not enough permissions (9)'],
    [406, '{"error":406,"message":"Not Acceptable"}', 'router.refused Not Acceptable'],
    [503, '{"error":503,"message":"Service Unavailable"}', 'interrupted: HTTP 503: Service Unavailable'],
    [302, '', 'router.refused HTTP 302'],
    [200, '<html>', 'router.not_routeros 200'],
    [200, '[]', 'done: []'],
    [200, '[{".id":"*1","port":8291,"disabled":false}]', 'done: [{".id":"*1","port":"8291","disabled":"false"}]'],
    [200, 'null', 'router.not_routeros 200'],
    [200, '{}', 'router.not_routeros 200'],
    [200, '[1]', 'router.not_routeros 200'],
    [204, '', 'router.not_routeros 204'],
    [400, '{"detail":"no such command or directory (arp)","error":400,"message":"Bad Request"}', 'done: []'],
  ])('%i %s', async (status, body, expected) => {
    expect(await outcome(rest(await answering(http(status, body))).list('ip/arp', {}, signal))).toBe(expected);
  });

  test.each([
    [404, '{"error":404,"message":"Not Found"}', 'done: false'],
    [400, '{"detail":"no such item (4)","error":400,"message":"Bad Request"}', 'done: false'],
    [204, '', 'done: true'],
    [400, '{"detail":"failure: can not remove dynamic entry","error":400}', 'router.refused failure: can not remove dynamic entry'],
  ])('to a removal: %i %s', async (status, body, expected) => {
    expect(await outcome(rest(await answering(http(status, body))).remove('ip/arp', '*1F', signal))).toBe(expected);
  });

  test('that never comes is cut by our own clock', async () => {
    expect(await outcome(rest(await answering(undefined), { requestTimeoutMs: 100 }).list('ip/arp', {}, signal))).toBe('interrupted: no answer');
  });

  test('that breaks off is an interruption', async () => {
    const port = await answering('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[');
    expect(await outcome(rest(port).list('ip/arp', {}, signal))).toStartWith('interrupted: ');
  });

  test('that is too large is not read to its end', async () => {
    const port = await answering(http(200, `[${'1,'.repeat(5000)}1]`));
    expect(await outcome(rest(port, { answerMaxBytes: 4096 }).list('ip/arp', {}, signal))).toBe('router.answer_too_large');
  });

  test('that the router cuts after its 60 seconds is an interruption', async () => {
    const simulator = simulate({ sessionMaxMs: 50 });
    simulator.onRequest = () => Promise.withResolvers<Response>().promise;
    expect(await outcome(rest(simulator.port).list('ip/arp', {}, signal))).toBe('interrupted: session closed');
  });
});

test('a port where nobody listens is an interruption', async () => {
  const simulator = simulate();
  await simulator.stop();
  expect(await outcome(rest(simulator.port).list('ip/arp', {}, signal))).toBe('interrupted: connection refused');
});

test('a call that is aborted ends at once, with the reason', async () => {
  const port = await answering(undefined);
  const abort = new AbortController();
  const call = outcome(rest(port).list('ip/arp', {}, abort.signal));
  abort.abort(new Error('stopped'));
  expect(await call).toBe('Error: stopped');
});

test('names and values of any script reach the router as they are', async () => {
  const simulator = simulate();
  simulator.add('ppp/secret', { name: 'ana&bea=1?#%', password: 'x' });
  expect((await rest(simulator.port).list('ppp/secret', { name: 'ana&bea=1?#%' }, signal)).length).toBe(1);
});

describe('HTTPS', () => {
  test('a pinned key needs no authority', async () => {
    const simulator = simulate({ tls: await selfSigned() });
    const client = rest(simulator.port, { scheme: 'https', pin: simulator.pin });
    expect(await outcome(client.list('ip/arp', {}, signal))).toBe('done: []');
    expect(client.pin()).toBe(simulator.pin);
  });

  test('without a pin, a certificate of a known authority for this host is taken', async () => {
    const tls = await selfSigned();
    const simulator = simulate({ tls });
    const client = rest(simulator.port, { scheme: 'https', authorities: tls.cert });
    expect(await outcome(client.list('ip/arp', {}, signal))).toBe('done: []');
  });

  test('without a pin, a certificate for another host is not', async () => {
    const tls = await selfSigned('elsewhere.lan', []);
    const simulator = simulate({ tls });
    const client = rest(simulator.port, { scheme: 'https', authorities: tls.cert });
    expect(await outcome(client.list('ip/arp', {}, signal))).toBe(`router.identity_unknown ${simulator.pin}`);
  });

  test('without a pin, a certificate that nobody vouches for is not, and its key is told', async () => {
    const simulator = simulate({ tls: await selfSigned() });
    expect(await outcome(rest(simulator.port, { scheme: 'https' }).list('ip/arp', {}, signal))).toBe(`router.identity_unknown ${simulator.pin}`);
    expect(simulator.asked).toEqual([]);
  });

  test('a router with another key than the pinned one gets not a byte of a request', async () => {
    const received: string[] = [];
    const server = createTlsServer(await selfSigned(), (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (part) => {
        received.push(part.toString());
        socket.end(http(200, '[]'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const refused = await outcome(rest(port, { scheme: 'https', pin: 'A'.repeat(43) }).list('ip/arp', {}, signal));
    const [code, shown = ''] = refused.split(' ');
    expect(code).toBe('router.identity_changed');
    expect(await outcome(rest(port, { scheme: 'https', pin: shown }).list('ip/route', {}, signal))).toBe('done: []');
    expect(received.map((request) => request.split(' ')[1])).toEqual(['/rest/ip/route']);
  });

  test('HTTPS spoken to a port of HTTP is an interruption', async () => {
    const simulator = simulate();
    expect(await outcome(rest(simulator.port, { scheme: 'https', pin: 'A'.repeat(43) }).list('ip/arp', {}, signal))).toStartWith('interrupted: ');
  });
});

test('the settings’ file of authorities is read by the agent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relevo-authorities-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const { createRouter } = await import('../create-router.ts');
  const { readAgentSettings } = await import('../../settings.ts');
  const tls = await selfSigned();
  const simulator = simulate({ tls });
  const file = join(folder, 'authorities.pem');
  await Bun.write(file, tls.cert);
  const target = {
    id_router: 1,
    nombre: 'r',
    tipo: 'routeros',
    host: '127.0.0.1',
    port: simulator.port,
    scheme: 'https',
    pin: null,
    nft_set: null,
    sealed_credentials: '',
  } as const;
  const open = (env: Record<string, string>) => createRouter(target, { username: 'admin', password: 'p:ä' }, readAgentSettings(env));
  const router = await open({ ROUTER_CA_FILE: file });
  ends.push(router.close);
  expect((await router.probe(signal)).identity).toContain('RouterOS 7');
  expect(await outcome(open({ ROUTER_CA_FILE: join(folder, 'absent.pem') }))).toBe('router.refused ROUTER_CA_FILE of the agent cannot be read');
});
