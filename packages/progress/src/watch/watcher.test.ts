import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { ProgressEvent } from '@relevo/protocol';
import { ScriptedHub, until } from './scripted-hub.fixture.ts';
import type { Watcher } from './watch.ts';
import { createWatcher } from './watcher.ts';

let hub: ScriptedHub;
let watcher: Watcher;

beforeEach(() => {
  hub = new ScriptedHub();
  watcher = createWatcher({ base: hub.base, userId: 7, delayMinMs: 5, delayMaxMs: 10, notifyIntervalMs: 1, lingerMs: 1 });
});
afterEach(async () => {
  watcher.close();
  await hub.stop();
});

const connected = () => until(watcher.connection, ({ state }) => state === 'connected');

describe('a watcher', () => {
  test('does not connect before somebody listens', () => {
    watcher.watchOperation('a');
    expect(watcher.connection.getSnapshot()).toEqual({ state: 'idle' });
  });

  test('shows steps and state of an operation', async () => {
    hub.state('a', 'in_progress');
    hub.step('a', 'one', 'in_progress', 40);
    const operation = await until(watcher.watchOperation('a'), ({ seq }) => seq === 2);
    expect(operation).toMatchObject({ state: 'in_progress', title: 'Test', steps: [{ step: 'one', progress: 40 }] });
  });

  test('gives the same snapshot while nothing changes, and a repetition is nothing', async () => {
    hub.copies = 3;
    const watch = watcher.watchOperation('a');
    let notified = 0;
    const stop = watch.subscribe(() => notified++);
    await connected();
    hub.step('a', 'one', 'in_progress', 40);
    const first = await until(watch, ({ seq }) => seq === 1);
    const last = hub.step('a', 'two', 'pending', 0);
    const second = await until(watch, ({ seq }) => seq === last.seq);
    expect(second.steps[0]).toBe(first.steps[0]);
    hub.say(last);
    hub.state('b', 'pending');
    expect(watch.getSnapshot()).toBe(second);
    expect(notified).toBe(2);
    stop();
  });

  test('shares one socket among all watches', async () => {
    const stops = [watcher.watchOperation('a'), watcher.watchOperation('b'), watcher.watchAll()].map((watch) => watch.subscribe(() => {}));
    await connected();
    expect(hub.handshakes).toBe(1);
    for (const stop of stops) stop();
  });

  test('gives every event once and in order to an iteration, over twenty cuts', async () => {
    hub.copies = 2;
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of watcher.watchOperation('a')) seen.push(event.seq);
    })();
    await connected();
    hub.state('a', 'in_progress');
    const watch = watcher.watchOperation('a');
    for (let cut = 0; cut < 20; cut++) {
      const { seq } = hub.step('a', 'one', 'in_progress', cut);
      // Half of the cuts come before anything could arrive.
      if (cut % 2 === 0) await until(watch, (operation) => operation.seq === seq);
      hub.cut();
      hub.step('a', 'one', 'in_progress', cut);
      await until(watcher.connection, ({ state }) => state !== 'connected');
      hub.step('a', 'one', 'in_progress', cut);
      await connected();
    }
    hub.state('a', 'completed');
    await reading;
    expect(seen).toEqual(Array.from({ length: 62 }, (_, index) => index + 1));
    expect(hub.heard.some((message) => message.type === 'start_operation' && (message.after ?? 0) > 0)).toBe(true);
  });

  test('tells an iteration that starts late what is known, and ends at once when the operation has ended', async () => {
    hub.step('a', 'one', 'completed', 100);
    hub.state('a', 'completed');
    const hold = watcher.watchOperation('a').subscribe(() => {});
    await until(watcher.watchOperation('a'), ({ state }) => state === 'completed');
    const events: ProgressEvent[] = await Array.fromAsync(watcher.watchOperation('a'));
    expect(events.map(({ seq, snapshot }) => [seq, snapshot])).toEqual([
      [1, true],
      [2, true],
    ]);
    hold();
  });

  test('follows every operation, newest first, and learns the end of one that ended while away', async () => {
    const all = watcher.watchAll();
    const stop = all.subscribe(() => {});
    await connected();
    hub.state('a', 'in_progress');
    hub.state('b', 'in_progress');
    await until(all, ({ length }) => length === 2);
    hub.cut();
    await until(watcher.connection, ({ state }) => state !== 'connected');
    hub.state('a', 'completed');
    const operations = await until(all, (list) => list.some(({ state }) => state === 'completed'));
    expect(operations.map(({ operation_id, state }) => [operation_id, state])).toEqual([
      ['b', 'in_progress'],
      ['a', 'completed'],
    ]);
    stop();
  });

  test('says that it waits, until when and why, and skips the wait on request', async () => {
    watcher.close();
    watcher = createWatcher({ base: hub.base, userId: 7, delayMinMs: 3_600_000, delayMaxMs: 3_600_000 });
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    hub.closeAll(1001);
    const waiting = await until(watcher.connection, ({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({ state: 'waiting', code: 1001 });
    if (waiting.state === 'waiting') expect(waiting.nextAttemptAt).toBeGreaterThan(Date.now() + 1_000_000);
    watcher.reconnect();
    await connected();
    stop();
  });

  test.each([4400, 4401, 4403])('does not come back after close code %d', async (code) => {
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    hub.closeAll(code, 'because');
    expect(await until(watcher.connection, ({ state }) => state === 'ended')).toEqual({ state: 'ended', code, reason: 'because' });
    expect(hub.handshakes).toBe(1);
    stop();
  });

  test.each([1001, 1006, 1011, 4408, 4429])('comes back after close code %d', async (code) => {
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    code === 1006 ? hub.cut() : hub.closeAll(code);
    await until(watcher.connection, ({ state }) => state !== 'connected');
    await connected();
    expect(hub.handshakes).toBe(2);
    stop();
  });

  test.each([
    [401, 4401],
    [403, 4403],
  ])('ends when the handshake fails and the session answers %d', async (status, code) => {
    hub.refusesHandshakes = true;
    hub.sessionStatus = status;
    const stop = watcher.watchAll().subscribe(() => {});
    expect(await until(watcher.connection, ({ state }) => state === 'ended')).toMatchObject({ code });
    stop();
  });

  test("ends when the operations are somebody else's, and goes on trying when the session may see them", async () => {
    watcher.close();
    hub.refusesHandshakes = true;
    watcher = createWatcher({ base: hub.base, userId: 8, delayMinMs: 5, delayMaxMs: 10 });
    const stop = watcher.watchAll().subscribe(() => {});
    expect(await until(watcher.connection, ({ state }) => state === 'ended')).toMatchObject({ code: 4403 });
    hub.role = 'admin';
    watcher.reconnect();
    await until(watcher.connection, ({ state }) => state === 'waiting');
    stop();
  });

  test('goes on trying while the hub only fails', async () => {
    hub.refusesHandshakes = true;
    hub.sessionStatus = 503;
    const stop = watcher.watchAll().subscribe(() => {});
    await until(watcher.connection, (connection) => connection.state === 'waiting' && connection.attempt > 2);
    hub.refusesHandshakes = false;
    await connected();
    stop();
  });

  test('queues a stop while away, says so, and refuses when too many wait', async () => {
    watcher.close();
    watcher = createWatcher({ base: hub.base, userId: 7, commandsMax: 1 });
    expect(watcher.stop('a')).toBe('queued');
    expect(watcher.stop('b')).toBe('refused');
    await connected();
    expect(watcher.stop('c')).toBe('sent');
    hub.state('d', 'pending');
    const watch = watcher.watchOperation('d');
    await until(watch, ({ seq }) => seq === 1);
    expect(hub.heard.filter(({ type }) => type === 'stop_operation')).toEqual([
      { type: 'stop_operation', operation_id: 'a' },
      { type: 'stop_operation', operation_id: 'c' },
    ]);
  });

  test('shows a refusal on its operation until an event follows', async () => {
    const watch = watcher.watchOperation('a');
    const stop = watch.subscribe(() => {});
    await connected();
    hub.say({ type: 'error', code: 'too_many_operations', message: 'no', operation_id: 'a' });
    await until(watch, ({ refusal }) => refusal?.code === 'too_many_operations');
    hub.state('a', 'pending');
    expect((await until(watch, ({ seq }) => seq === 1)).refusal).toBeNull();
    stop();
  });

  test.each([
    'not json',
    'null',
    '[]',
    '{}',
    '{"operation_id":"a"}',
    '{"operation_id":"a","step":"one","seq":"1","status":"pending"}',
    '{"type":"operation","operation_id":"a","seq":9}',
  ])('ignores the message %s', async (text) => {
    const watch = watcher.watchOperation('a');
    const stop = watch.subscribe(() => {});
    await connected();
    hub.say(text);
    hub.step('a', 'one', 'pending');
    expect((await until(watch, ({ seq }) => seq > 0)).seq).toBe(1);
    stop();
  });

  test('hangs up when nobody listens any more', async () => {
    const stop = watcher.watchOperation('a').subscribe(() => {});
    await connected();
    stop();
    stop();
    await until(watcher.connection, ({ state }) => state === 'idle');
    expect(watcher.connection.getSnapshot()).toEqual({ state: 'idle' });
  });

  test('ends its iterations when it is closed', async () => {
    const reading = Array.fromAsync(watcher.watchAll());
    await connected();
    watcher.close();
    expect(await reading).toEqual([]);
  });

  test('forgets the oldest ended operations when it holds too many', async () => {
    watcher.close();
    watcher = createWatcher({ base: hub.base, userId: 7, operationsMax: 3, notifyIntervalMs: 1 });
    for (const id of ['a', 'b', 'c', 'd']) hub.state(id, id === 'b' ? 'completed' : 'in_progress');
    const operations = await until(watcher.watchAll(), (list) => list.some(({ operation_id }) => operation_id === 'd'));
    expect(operations.map(({ operation_id }) => operation_id)).toEqual(['d', 'c', 'a']);
  });
});

test.each([
  ['a relative address', { base: '/here', userId: 7 }],
  ['no address', { userId: 7 }],
])('is not made with %s', (_, options) => {
  expect(() => createWatcher(options)).toThrow(TypeError);
});
