import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ScriptedHub, until } from './scripted-hub.fixture.ts';
import type { Watcher } from './watch.ts';
import { createWatcher, type WatcherOptions } from './watcher.ts';

let hub: ScriptedHub;
let watcher: Watcher;

const fast = { delayMinMs: 2, delayMaxMs: 4, notifyIntervalMs: 1, lingerMs: 1, listIntervalMs: 10, turnMs: 10, socketRetryMs: 3_600_000 };
const make = (options: Partial<WatcherOptions> = {}) => createWatcher({ base: hub.base, userId: 7, ...fast, ...options });

beforeEach(() => {
  hub = new ScriptedHub();
  hub.refusesHandshakes = true;
  watcher = make();
});
afterEach(async () => {
  watcher.close();
  await hub.stop();
});

const connected = (via: 'socket' | 'events') => until(watcher.connection, (connection) => connection.state === 'connected' && connection.via === via);

describe('where no socket comes through, a watcher', () => {
  test('follows an operation over server-sent events after three failed handshakes', async () => {
    hub.state('a', 'in_progress');
    const watch = watcher.watchOperation('a');
    const stop = watch.subscribe(() => {});
    await connected('events');
    expect(hub.handshakes).toBe(3);
    hub.step('a', 'one', 'in_progress', 40);
    expect(await until(watch, ({ seq }) => seq === 2)).toMatchObject({ state: 'in_progress', title: 'Test', steps: [{ step: 'one', progress: 40 }] });
    stop();
  });

  test('gives every event once and in order, over twenty cuts of the stream', async () => {
    hub.events.copies = 2;
    hub.state('a', 'in_progress');
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of watcher.watchOperation('a')) seen.push(event.seq);
    })();
    const watch = watcher.watchOperation('a');
    for (let cut = 0; cut < 20; cut++) {
      const { seq } = hub.step('a', 'one', 'in_progress', cut);
      if (cut % 2 === 0) await until(watch, (operation) => operation.seq === seq);
      hub.events.cut();
      hub.step('a', 'one', 'in_progress', cut);
    }
    hub.state('a', 'completed');
    await reading;
    expect(seen).toEqual(Array.from({ length: 42 }, (_, index) => index + 1));
    expect(hub.events.asked.get('a')?.some((after) => after > 0)).toBe(true);
  });

  test('waits for an operation that nobody has begun yet', async () => {
    const watch = watcher.watchOperation('late');
    const stop = watch.subscribe(() => {});
    await connected('events');
    hub.state('late', 'completed');
    await until(watch, ({ state }) => state === 'completed');
    stop();
  });

  test('follows what begins while it asks what there is', async () => {
    hub.state('a', 'in_progress');
    const fetchIt = (input: string | URL | Request, init?: RequestInit) => {
      // The newest are asked for last, after those that are open.
      if (String(input).endsWith('limit=50') && !hub.journal.has('between')) hub.state('between', 'in_progress');
      return fetch(input, init);
    };
    watcher.close();
    watcher = make({ fetch: Object.assign(fetchIt, { preconnect: fetch.preconnect }) });
    const all = watcher.watchAll();
    const stop = all.subscribe(() => {});
    await until(all, (list) => list.some(({ operation_id }) => operation_id === 'between'));
    stop();
  });

  test('follows everything, also what begins later, and what began and ended between two listings; nothing of others', async () => {
    hub.state('old', 'completed');
    hub.state('a', 'in_progress');
    hub.state('foreign', 'in_progress');
    const all = watcher.watchAll();
    const stop = all.subscribe(() => {});
    await until(all, ({ length }) => length === 1);
    hub.state('b', 'in_progress');
    hub.state('quick', 'completed');
    await until(all, ({ length }) => length === 3);
    hub.state('a', 'stopped');
    const operations = await until(all, (list) => list.some(({ state }) => state === 'stopped'));
    expect(new Set(operations.map(({ operation_id, state }) => `${operation_id} ${state}`))).toEqual(
      new Set(['a stopped', 'b in_progress', 'quick completed']),
    );
    stop();
  });

  test('gives more operations than streams their turns, and each of them every event once', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `operation-${index}`);
    for (const id of ids) hub.state(id, 'in_progress');
    const seen = new Map<string, number[]>();
    const reading = (async () => {
      for await (const { operation_id, seq } of watcher.watchAll()) seen.set(operation_id, [...(seen.get(operation_id) ?? []), seq]);
    })();
    const all = watcher.watchAll();
    for (let round = 0; round < 5; round++) {
      for (const id of ids) hub.step(id, 'one', 'in_progress', round);
      await until(all, (list) => list.filter(({ seq }) => seq === round + 2).length === ids.length);
    }
    for (const id of ids) hub.state(id, 'completed');
    await until(all, (list) => list.every(({ state }) => state === 'completed'));
    watcher.close();
    await reading;
    for (const id of ids) expect([id, seen.get(id)]).toEqual([id, [1, 2, 3, 4, 5, 6, 7]]);
    // A server may hear of the end of a turn a little after the next began.
    expect(hub.events.streamsMost).toBeLessThanOrEqual(4);
  });

  test('goes over to the socket once one opens, without a gap or a repeat', async () => {
    watcher.close();
    watcher = make({ socketRetryMs: 20 });
    hub.state('a', 'in_progress');
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of watcher.watchOperation('a')) seen.push(event.seq);
    })();
    await connected('events');
    hub.step('a', 'one', 'in_progress', 10);
    hub.refusesHandshakes = false;
    await connected('socket');
    hub.step('a', 'one', 'in_progress', 20);
    hub.state('a', 'completed');
    await reading;
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('tries the socket at once when it is asked to reconnect', async () => {
    const stop = watcher.watchAll().subscribe(() => {});
    await connected('events');
    hub.refusesHandshakes = false;
    watcher.reconnect();
    await connected('socket');
    stop();
  });

  test('stops an operation by a request, and shows a refusal', async () => {
    hub.state('a', 'in_progress');
    const stops = ['a', 'none'].map((id) => watcher.watchOperation(id).subscribe(() => {}));
    await connected('events');
    expect(watcher.stop('a')).toBe('sent');
    expect(watcher.stop('none')).toBe('sent');
    await until(watcher.watchOperation('none'), ({ refusal }) => refusal?.code === 'not_found');
    expect(hub.events.stopped).toEqual(['a']);
    for (const stop of stops) stop();
  });

  test.each([
    [401, 4401],
    [403, 4403],
  ])('ends when a stream is refused with %d', async (status, code) => {
    hub.events.refusals.push(status);
    hub.state('a', 'in_progress');
    const stop = watcher.watchOperation('a').subscribe(() => {});
    expect(await until(watcher.connection, ({ state }) => state === 'ended')).toMatchObject({ code });
    stop();
  });

  test.each([429, 500, 503, 404])('asks again when a stream is refused with %d', async (status) => {
    hub.events.refusals.push(status, status);
    hub.state('a', 'completed');
    await until(watcher.watchOperation('a'), ({ state }) => state === 'completed');
    expect(hub.events.refusals).toEqual([]);
  });

  test('ends a stream when its watch ends, and hangs up', async () => {
    hub.state('a', 'in_progress');
    const watch = watcher.watchOperation('a');
    const stop = watch.subscribe(() => {});
    await until(watch, ({ seq }) => seq === 1);
    stop();
    expect(await until(watcher.connection, ({ state }) => state === 'idle')).toEqual({ state: 'idle' });
  });
});

test('does not take a hub that fails for a proxy without sockets', async () => {
  hub.sessionStatus = 503;
  const stop = watcher.watchAll().subscribe(() => {});
  await until(watcher.connection, (connection) => connection.state === 'waiting' && connection.attempt > 5);
  hub.refusesHandshakes = false;
  expect(await until(watcher.connection, ({ state }) => state === 'connected')).toMatchObject({ via: 'socket' });
  stop();
});

test('goes on trying the socket of a server that has nothing else', async () => {
  hub.hasOperations = false;
  const stop = watcher.watchAll().subscribe(() => {});
  await until(watcher.connection, (connection) => connection.state === 'waiting' && connection.attempt > 5);
  expect(hub.handshakes).toBeGreaterThan(5);
  hub.refusesHandshakes = false;
  expect(await until(watcher.connection, ({ state }) => state === 'connected')).toMatchObject({ via: 'socket' });
  stop();
});
