import { beforeAll, describe, expect, test } from 'bun:test';
import { exitCodes } from '../exit-codes.ts';
import { connectedHub, HubClient, hubUrl } from './hub-client.ts';

beforeAll(() => {
  process.env.LC_ALL = 'C';
});

describe('the address of a hub', () => {
  test.each([
    ['http://localhost:8000', 'http://localhost:8000'],
    ['http://localhost:8000/', 'http://localhost:8000'],
    ['localhost:8000', 'http://localhost:8000'],
    ['127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['[::1]:8000', 'http://[::1]:8000'],
    ['files.example.com', 'https://files.example.com'],
    ['files.example.com:8443', 'https://files.example.com:8443'],
    ['HTTPS://Files.Example.com/x?y#z', 'https://files.example.com/x'],
  ])('%s is %s', (given, url) => {
    expect(hubUrl(given)).toBe(url);
  });

  test.each(['ftp://files.example.com', 'http://', '', 'a b', 'file:///etc/passwd'])('is not %p', (given) => {
    expect(() => hubUrl(given)).toThrow('is not the address of a hub');
  });
});

test('a hub that does not answer is said to be unreachable', async () => {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  const hub = new HubClient({ url: `http://127.0.0.1:${port}`, apiKey: 'x' });
  await expect(hub.me()).rejects.toMatchObject({ name: 'CommandError', exitCode: exitCodes.unreachable });
});

test.each([
  [401, 'unauthenticated', exitCodes.notAllowed],
  [403, 'forbidden', exitCodes.notAllowed],
  [404, 'not_found', exitCodes.notFound],
  [409, 'digest_mismatch', exitCodes.failed],
  [503, 'draining', exitCodes.unreachable],
])('a refusal with %d %s ends with exit code %d and the words of the hub', async (status, code, exitCode) => {
  const server = Bun.serve({
    port: 0,
    fetch: () => Response.json({ type: 'urn:x', title: 'Title', status, code, detail: 'What happened' }, { status }),
  });
  try {
    const error = await new HubClient({ url: server.url.origin, apiKey: 'x' }).me().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ exitCode });
    if (status !== 401) expect((error as Error).message).toBe(`What happened (${code})`);
  } finally {
    await server.stop(true);
  }
});

test('a server that is no hub is said to be none', async () => {
  const server = Bun.serve({ port: 0, fetch: () => new Response('<html>') });
  try {
    await expect(new HubClient({ url: server.url.origin, apiKey: 'x' }).me()).rejects.toThrow('does not answer as a Relevo hub does');
  } finally {
    await server.stop(true);
  }
});

test('the environment names a hub without a sign-in', () => {
  expect(connectedHub({ RELEVO_URL: 'hub.example', RELEVO_API_KEY: 'k' }).url).toBe('https://hub.example');
});
