import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ScriptedHub, until } from './scripted-hub.fixture.ts';
import type { Watcher } from './watch.ts';
import { createWatcher, type WatcherOptions } from './watcher.ts';

let hub: ScriptedHub;
let watcher: Watcher;
let asked = 0;

const make = (options: Partial<WatcherOptions>) =>
  createWatcher({ base: hub.base, userId: 7, delayMinMs: 2, delayMaxMs: 4, notifyIntervalMs: 1, lingerMs: 1, stableAfterMs: 0, ...options });
/** Counts how often it is asked; answers each time with the next of `answers`, the last one again and again. */
const refreshing = (...answers: (boolean | Error)[]) => ({
  refresh: async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer ?? false;
  },
});
const connected = () => until(watcher.connection, ({ state }) => state === 'connected');
const ended = () => until(watcher.connection, ({ state }) => state === 'ended');

beforeEach(() => {
  hub = new ScriptedHub();
  asked = 0;
});
afterEach(async () => {
  watcher.close();
  await hub.stop();
});

describe('a watcher that may refresh its session', () => {
  test('goes on when the session is good again, as often as it lasted in between', async () => {
    watcher = make(refreshing(true));
    const stop = watcher.watchAll().subscribe(() => {});
    for (let times = 1; times <= 3; times++) {
      await connected();
      hub.closeAll(4401);
      await until(watcher.connection, ({ state }) => state !== 'connected');
    }
    await connected();
    expect(asked).toBe(3);
    stop();
  });

  test('ends when the session is over', async () => {
    watcher = make(refreshing(false));
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    hub.closeAll(4401, 'signed out');
    expect(await ended()).toEqual({ state: 'ended', code: 4401, reason: 'signed out' });
    expect(asked).toBe(1);
    stop();
  });

  test('ends when what was refreshed is refused again', async () => {
    hub.refusesHandshakes = true;
    hub.sessionStatus = 401;
    watcher = make(refreshing(true));
    const stop = watcher.watchAll().subscribe(() => {});
    expect(await ended()).toMatchObject({ code: 4401 });
    expect([asked, hub.handshakes]).toEqual([1, 2]);
    stop();
  });

  test('tries again when nobody can tell', async () => {
    hub.refusesHandshakes = true;
    hub.sessionStatus = 401;
    watcher = make(refreshing(new Error('offline'), new Error('offline'), false));
    const stop = watcher.watchAll().subscribe(() => {});
    expect(await ended()).toMatchObject({ code: 4401 });
    expect(asked).toBe(3);
    stop();
  });

  test('is not kept waiting by a refresh without an answer', async () => {
    watcher = make({ refresh: () => new Promise(() => {}), connectTimeoutMs: 20 });
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    hub.closeAll(4401);
    await until(watcher.connection, ({ state }) => state === 'waiting');
    stop();
  });

  test.each([4400, 4403])('does not refresh for close code %d', async (code) => {
    watcher = make(refreshing(true));
    const stop = watcher.watchAll().subscribe(() => {});
    await connected();
    hub.closeAll(code);
    await ended();
    expect(asked).toBe(0);
    stop();
  });

  test('lengthens the session while it is connected, and only then', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    watcher = make({
      refresh: async () => {
        expect(watcher.connection.getSnapshot().state).toBe('connected');
        asked += 1;
        if (asked === 3) resolve();
        return true;
      },
      refreshIntervalMs: 5,
    });
    const stop = watcher.watchAll().subscribe(() => {});
    await promise;
    stop();
  });
});
