import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { RouterTarget } from '@relevo/protocol';
import { quick } from '../agent.fixture.ts';
import { readAgentSettings } from '../settings.ts';
import { createRouterPool, type RouterPool } from './router-pool.ts';
import { RouterOsSimulator } from './routeros/simulator.ts';

let simulator: RouterOsSimulator;
let target: RouterTarget;
const pools: RouterPool[] = [];
const login = { username: 'admin', password: 'right' };
let opened = 0;
const credentials = async () => {
  opened += 1;
  return login;
};
const { signal } = new AbortController();

beforeEach(() => {
  simulator = new RouterOsSimulator({ password: 'right' }).start();
  target = {
    ...{ id_router: 1, nombre: 'norte', tipo: 'routeros' as const, host: '127.0.0.1', port: simulator.port, scheme: 'http' as const },
    ...{ pin: null, nft_set: null, sealed_credentials: '' },
  };
});

afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await simulator.stop();
});

function open(env: Record<string, string> = {}): RouterPool {
  const pool = createRouterPool(readAgentSettings({ ...quick, ...env }));
  pools.push(pool);
  return pool;
}

test('credentials are opened once for a connection, and again when they are sealed anew', async () => {
  const pool = open();
  opened = 0;
  for (const sealed_credentials of ['one', 'one', 'another', 'another']) (await pool.take({ ...target, sealed_credentials }, credentials)).giveBack(true);
  expect(opened).toBe(2);
  (await pool.take({ ...target, host: '127.0.0.2', sealed_credentials: 'another' }, credentials)).giveBack(true);
  expect(opened).toBe(3);
});

/** Nothing is sent there: its connection is opened by the first command. */
const linux = () => ({ ...target, tipo: 'linux' as const, scheme: 'ssh' as const });

test('what was given back sound is taken again, and what was not is never', async () => {
  const pool = open();
  for (const one of [target, linux()]) {
    const first = await pool.take(one, credentials);
    first.giveBack(true);
    const second = await pool.take({ ...one, nombre: 'renamed', sealed_credentials: 'sealed anew' }, credentials);
    expect(second.router).toBe(first.router);
    second.giveBack(false);
    expect((await pool.take(one, credentials)).router).not.toBe(second.router);
  }
});

test('tasks share the connection to a RouterOS router, and its bound of requests, but no SSH connection', async () => {
  const pool = open();
  const first = await pool.take(target, credentials);
  expect((await pool.take(target, credentials)).router).toBe(first.router);
  const shell = await pool.take(linux(), credentials);
  const beside = await pool.take(linux(), credentials);
  expect(beside.router).not.toBe(shell.router);
  shell.giveBack(true);
  beside.giveBack(true);
  const again = [await pool.take(linux(), credentials), await pool.take(linux(), credentials)].map(({ router }) => router);
  expect(new Set(again)).toEqual(new Set([shell.router, beside.router]));
});

test('a shared router that one task found unsound is no longer given out, and works on for whoever has it', async () => {
  const pool = open();
  const first = await pool.take(target, credentials);
  const second = await pool.take(target, credentials);
  first.giveBack(false);
  expect((await second.router.probe(signal)).identity).toContain('Played router');
  expect((await pool.take(target, credentials)).router).not.toBe(second.router);
  second.giveBack(true);
  expect((await pool.take(target, credentials)).router).not.toBe(second.router);
});

test('another password, key or address is another router', async () => {
  const pool = open();
  const first = await pool.take(target, credentials);
  first.giveBack(true);
  const others: [Partial<RouterTarget>, object][] = [
    [{}, { password: 'wrong' }],
    [{}, { username: 'other' }],
    [{ pin: 'another key' }, {}],
    [{ host: '127.0.0.2' }, {}],
    [{ port: 1 }, {}],
  ];
  for (const [index, [change, other]] of others.entries()) {
    const taken = await pool.take({ ...target, sealed_credentials: `${index}`, ...change }, async () => ({ ...login, ...other }));
    expect(taken.router).not.toBe(first.router);
  }
  expect((await pool.take(target, credentials)).router).toBe(first.router);
});

test('nothing is kept for longer than its time, nor when no time is given, nor after the end', async () => {
  const brief = open({ ROUTER_IDLE_MAX_MS: '1' });
  const first = await brief.take(target, credentials);
  first.giveBack(true);
  await Bun.sleep(50);
  expect((await brief.take(target, credentials)).router).not.toBe(first.router);
  const none = open({ ROUTER_IDLE_MAX_MS: '0' });
  const second = await none.take(target, credentials);
  second.giveBack(true);
  expect((await none.take(target, credentials)).router).not.toBe(second.router);
  const ended = open();
  const third = await ended.take(target, credentials);
  ended.close();
  third.giveBack(true);
  expect((await ended.take(target, credentials)).router).not.toBe(third.router);
});

test('a router that rebooted while its connection was kept is reached all the same', async () => {
  const pool = open();
  const first = await pool.take(target, credentials);
  await first.router.probe(signal);
  first.giveBack(true);
  await simulator.stop();
  simulator.start();
  const again = await pool.take(target, credentials);
  expect(again.router).toBe(first.router);
  expect((await again.router.probe(signal)).identity).toContain('Played router');
});
