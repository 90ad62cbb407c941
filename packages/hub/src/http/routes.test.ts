// The whole route table, as the OpenAPI document tells it: who may call what, from where, and how everything else is refused.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { type Person, startTestHub, type TestHub } from './hub.fixture.ts';

let hub: TestHub;
let ana: Person;
/** Method, path with its parameters filled in, and whether the document says that a session is needed. */
let routes: { method: string; path: string; needs: string[] }[];

beforeAll(async () => {
  hub = await startTestHub({ JSON_BODY_MAX_BYTES: '2048' });
  ana = await hub.person('ana@example.com');
  const { body } = await hub.send('GET', '/api/openapi.json');
  routes = Object.entries<Record<string, { security: object[] }>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, '1').replace('*', 'sign-out'),
      needs: security.flatMap((scheme) => Object.keys(scheme)),
    })),
  );
});
afterAll(() => hub.stop());

test('the document lists every part of the surface', async () => {
  const { body } = await hub.send('GET', '/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const expected = [
    '/healthz',
    '/readyz',
    '/api/me',
    '/api/files',
    '/api/files/{id}/content',
    '/api/uploads',
    '/api/agents',
    '/api/agents/tokens',
    '/api/deliveries',
    '/api/operations',
    '/api/operations/{id}/events',
  ];
  expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(expected));
  for (const methods of Object.values<Record<string, { summary: string; responses: object }>>(body.paths)) {
    for (const { summary, responses } of Object.values(methods))
      expect([summary, Object.keys(responses).length > 1]).toEqual([expect.stringMatching(/\w+/), true]);
  }
});

test('the document names what is in a path, and what a handler reads itself', async () => {
  const { body } = await hub.send('GET', '/api/openapi.json');
  type Operation = { parameters: { name: string; in: string }[]; requestBody?: { content: object } };
  const names = ({ parameters }: Operation, where: string) => parameters.filter((each) => each.in === where).map(({ name }) => name);
  for (const [path, methods] of Object.entries<Record<string, Operation>>(body.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    for (const operation of Object.values(methods)) expect([path, names(operation, 'path')]).toEqual([path, inPath]);
  }
  for (const path of ['/api/deliveries', '/api/conexiones/quitar-asignacion', '/api/conexiones/importar'])
    expect(names(body.paths[path].post, 'header')).toContain('X-Operation-ID');
  expect(Object.keys(body.paths['/api/files'].post.requestBody.content)).toEqual(['application/octet-stream']);
});

test('the document says what comes with every status that is not the usual refusal', async () => {
  const { body } = await hub.send('GET', '/api/openapi.json');
  const withoutBody = new Set(['201', '202', '204', '304']);
  for (const [path, methods] of Object.entries<Record<string, { responses: Record<string, { content?: object }> }>>(body.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      if (path.startsWith('/api/uploads')) continue;
      for (const [status, { content }] of Object.entries(responses)) {
        expect([method, path, status, content !== undefined || withoutBody.has(status)]).toEqual([method, path, status, true]);
      }
    }
  }
});

describe('a state-changing request with a cookie', () => {
  const changing = () => routes.filter(({ method, needs }) => method !== 'GET' && method !== 'OPTIONS' && !needs.includes('agentToken'));

  for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1']) {
    test(`from ${origin} is refused on every route`, async () => {
      expect(changing().length).toBeGreaterThan(15);
      for (const { method, path } of changing()) {
        const { status, body } = await hub.admin.send(method, path, { json: {}, headers: { origin } });
        expect([method, path, status, body.code]).toEqual([method, path, 403, 'origin_refused']);
      }
      expect((await hub.admin.send('GET', '/api/me')).status).toBe(200);
    });
  }

  test('without any origin is refused on every route too', async () => {
    for (const { method, path } of changing()) {
      const { status, body } = await hub.send(method, path, { json: {}, headers: { cookie: hub.admin.cookie } });
      expect([method, path, status, body.code]).toEqual([method, path, 403, 'origin_refused']);
    }
  });
});

describe('who may call', () => {
  test('nobody without a session what needs one', async () => {
    for (const { method, path } of routes.filter(({ needs }) => needs.includes('session'))) {
      expect([method, path, (await hub.send(method, path, method === 'GET' ? {} : { json: {} })).status]).toEqual([method, path, 401]);
    }
  });

  test('no person what is for agents', async () => {
    const forAgents = routes.filter(({ needs }) => needs.includes('agentToken'));
    expect(forAgents.length).toBeGreaterThan(2);
    for (const { method, path } of forAgents)
      expect([path, (await hub.admin.send(method, path, method === 'GET' ? {} : { json: { file_id: 'x' } })).status]).toEqual([path, 401]);
  });

  test('no user what is for administrators', async () => {
    const { body } = await hub.send('GET', '/api/openapi.json');
    let seen = 0;
    for (const [path, methods] of Object.entries<Record<string, { summary: string }>>(body.paths)) {
      for (const [method, { summary }] of Object.entries(methods)) {
        if (!summary.endsWith('(administrators)')) continue;
        seen += 1;
        expect([path, (await ana.send(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'), method === 'get' ? {} : { json: {} })).status]).toEqual([path, 403]);
      }
    }
    expect(seen).toBeGreaterThan(4);
  });

  test('no user what needs a permission that was not granted, and the refusal names it', async () => {
    const { body } = await hub.send('GET', '/api/openapi.json');
    const seen = new Set<string>();
    for (const [path, methods] of Object.entries<Record<string, { summary: string }>>(body.paths)) {
      for (const [method, { summary }] of Object.entries(methods)) {
        const [, permission] = / \(needs ([a-z:]+)\)$/.exec(summary) ?? [];
        if (permission === undefined) continue;
        seen.add(permission);
        const answer = await ana.send(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'), method === 'get' ? {} : { json: {} });
        expect([method, path, answer.status, answer.body.code, answer.body.permission]).toEqual([method, path, 403, 'forbidden', permission]);
      }
    }
    expect(seen).toContain('isp:read');
    expect(seen).toContain('isp:write');
  });
});

describe('a refusal', () => {
  const rows: [string, string, string, object, number, string][] = [
    ['of what is not there', 'GET', '/api/nothing', {}, 404, 'not_found'],
    ['of a method that is not allowed', 'PATCH', '/api/files', { json: {} }, 405, 'method_not_allowed'],
    ['of a body that is not JSON', 'POST', '/api/deliveries', { body: '{', headers: { 'content-type': 'application/json' } }, 400, 'invalid_request'],
    ['of a body that is too large', 'POST', '/api/deliveries', { json: { file_id: 'x'.repeat(3000), agent_ids: ['a'] } }, 413, 'body_too_large'],
    ['of a body that is a list', 'POST', '/api/deliveries', { json: [] }, 400, 'invalid_request'],
    ['of an empty body', 'POST', '/api/deliveries', {}, 400, 'invalid_request'],
    ['of a query that is wrong', 'GET', '/api/files?limit=-1', {}, 400, 'invalid_request'],
  ];
  for (const [title, method, path, asked, status, code] of rows) {
    test(`${title} is a problem document with a code`, async () => {
      const answer = await ana.send(method, path, asked);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
      expect(answer.body).toMatchObject({ type: `urn:relevo:error:${code}`, title: expect.any(String), status, code, detail: expect.any(String) });
    });
  }

  test.each([
    ['PUT', '/api/files', 'GET, HEAD, POST'],
    ['POST', '/api/me', 'GET, HEAD, PATCH'],
    ['POST', '/api/files/1', 'GET, HEAD, DELETE'],
    ['GET', '/api/deliveries', 'POST'],
    ['PUT', '/api/auth/sign-out', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('of %s %s says what is allowed', async (method, path, allow) => {
    const { status, headers } = await ana.send(method, path, method === 'GET' ? {} : { json: {} });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  test.each(['/api/files/', '/api/agents//files', '/api/auth'])(
    'of the path %s, which has an empty part or misses one, is that nothing is there',
    async (path) => {
      expect((await ana.send('GET', path)).status).toBe(404);
    },
  );

  test('of input names what is wrong with it', async () => {
    const { body } = await ana.send('POST', '/api/deliveries', { json: { file_id: '', agent_ids: [7] } });
    expect(body.issues.map(({ path }: { path: string }) => path)).toEqual(expect.arrayContaining(['file_id', 'agent_ids.0']));
  });

  test('of input says what is wrong in the language of the request', async () => {
    const said = async (language: string) => {
      const { body } = await ana.send('POST', '/api/deliveries', { json: { file_id: 'x', agent_ids: [7] }, headers: { 'accept-language': language } });
      return body.issues;
    };
    expect(await said('es')).toEqual([{ path: 'agent_ids.0', message: 'debe ser un texto' }]);
    expect(await said('en')).toEqual([{ path: 'agent_ids.0', message: 'must be a text' }]);
  });

  test('of a body without a length is bounded all the same', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(1024))) });
    const answer = await ana.send('POST', '/api/deliveries', { body: endless, headers: { 'content-type': 'application/json' } }).catch((error: Error) => error);
    // The hub answers before the body ends; a client that goes on sending may see the connection go first.
    if (!(answer instanceof Error)) expect(answer.status).toBe(413);
    expect((await ana.send('GET', '/api/me')).status).toBe(200);
  });
});

describe('a Host', () => {
  /** The status line of the answer to a request with these first lines, and its body. */
  const answered = (lines: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<[number, string]>();
    let text = '';
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1', () => socket.write(`${lines}\r\nConnection: close\r\n\r\n`));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => resolve([Number(text.split(' ')[1]), text]));
    socket.on('error', reject);
    return promise;
  };

  test.each(['GET /readyz HTTP/1.0', 'GET /readyz HTTP/1.1\r\nHost:'])('is not needed: %p', async (lines) => {
    expect((await answered(lines))[0]).toBe(200);
  });

  test.each(['[', 'a b', 'x:99999', 'user@x', 'x/y?'])('is refused when it is none: %p', async (host) => {
    const [status, text] = await answered(`GET /readyz HTTP/1.1\r\nHost: ${host}`);
    expect([status, text]).toEqual([400, expect.stringContaining('"code":"invalid_request"')]);
  });
});

test('every answer of the API carries the id of its request, the given one when it is a sane one', async () => {
  expect((await hub.send('GET', '/healthz', { headers: { 'x-request-id': 'mine-1' } })).headers.get('x-request-id')).toBe('mine-1');
  for (const given of ['', 'a b', 'x'.repeat(300)]) {
    const id = (await hub.send('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(id).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
    expect(id).not.toBe(given);
  }
});
