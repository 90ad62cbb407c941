import { afterAll, expect, test } from 'bun:test';
import { SettingsError } from './settings.ts';
import { CannotStart, listening } from './start-failures.ts';

const answer = () => new Response('');
const taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
afterAll(() => taken.stop());

const serve = (hostname: string, port: number) =>
  listening({ host: ['X_HOST', hostname], port: ['X_PORT', port] }, () => Bun.serve({ hostname, port, fetch: answer }));

test('gives what listens', async () => {
  const server = serve('127.0.0.1', 0);
  expect((await fetch(server.url)).status).toBe(200);
  await server.stop();
});

test.each(['203.0.113.9', '999.1.1.1', 'a b'])('an address that is none of this machine is a wrong setting: %s', (host) => {
  expect(() => serve(host, 0)).toThrow(new SettingsError(`X_HOST=${JSON.stringify(host)} is not allowed: it must be an address of this machine`));
});

test('a port that another has is told by its setting, and may be free later', () => {
  const port = taken.port ?? 0;
  expect(() => serve('127.0.0.1', port)).toThrow(new CannotStart(`X_PORT=${port} is taken: another process listens there`));
  expect(() => serve('127.0.0.1', port)).not.toThrow(SettingsError);
});

test('what nobody foresaw is thrown on as it was', () => {
  expect(() =>
    listening({ host: ['X_HOST', ''], port: ['X_PORT', 0] }, () => {
      throw new TypeError('a bug');
    }),
  ).toThrow(new TypeError('a bug'));
});
