import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { Supervisor } from './supervisor.ts';

// Hashing passwords, starting programs: slow where the machine is busy.
setDefaultTimeout(60_000);

const started: Supervisor[] = [];
afterEach(async () => {
  for (const supervisor of started.splice(0)) {
    supervisor.force();
    await supervisor.stop();
  }
});

function supervise(how: string) {
  const deaths: { reason: string; delayMs: number }[] = [];
  const ready: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const supervisor = new Supervisor({
    command: [process.execPath, join(import.meta.dir, 'restless.fixture.ts'), how],
    env: () => process.env,
    onNews: (news) => {
      if (news.event === 'ready') ready.push(news.url);
      for (const { count, resolve } of waiting) if (ready.length >= count) resolve();
    },
    onDeath: (death) => deaths.push(death),
    delayMinMs: 10,
    delayMaxMs: 100,
    stopTimeoutMs: 300,
  });
  started.push(supervisor);
  supervisor.start();
  /** Resolves when the child has been ready `count` times. */
  const readyTimes = (count: number) => new Promise<void>((resolve) => (ready.length >= count ? resolve() : waiting.push({ count, resolve })));
  return { supervisor, deaths, ready, readyTimes };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a supervisor', () => {
  test('starts a child again that was killed, each time later', async () => {
    const { supervisor, deaths, ready, readyTimes } = supervise('live');
    await readyTimes(1);
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await readyTimes(2);
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await readyTimes(3);
    expect(new Set(ready).size).toBe(3);
    expect(deaths.map(({ reason }) => reason)).toEqual(['SIGKILL', 'SIGKILL']);
    expect(deaths[0]?.delayMs).toBeLessThanOrEqual(10);
    expect(deaths[1]?.delayMs).toBeGreaterThanOrEqual(10);
  });

  test('starts a child again that ended in peace though nobody asked it to', async () => {
    const { supervisor, readyTimes } = supervise('live');
    await readyTimes(1);
    process.kill(supervisor.pid ?? 0, 'SIGTERM');
    await readyTimes(2);
  });

  test.each([
    ['a wrong setting', 'settings', 2],
    ['a failure before it was ever ready', 'fail', 1],
  ])('gives up after %s', async (_, how, code) => {
    const { supervisor, deaths } = supervise(how);
    expect(await supervisor.gaveUp).toBe(code);
    expect(deaths).toEqual([]);
  });

  test('stops its child and does not start it again', async () => {
    const { supervisor, ready, readyTimes } = supervise('live');
    await readyTimes(1);
    const pid = supervisor.pid ?? 0;
    await supervisor.stop();
    expect(isAlive(pid)).toBe(false);
    expect(supervisor.pid).toBe(pid);
    expect(ready).toHaveLength(1);
  });

  test('forces a child that does not stop in time', async () => {
    const { supervisor, readyTimes } = supervise('stubborn');
    await readyTimes(1);
    const pid = supervisor.pid ?? 0;
    await supervisor.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('can be stopped while it waits to start a child again', async () => {
    const { supervisor, deaths, readyTimes } = supervise('live');
    await readyTimes(1);
    const died = Promise.withResolvers<void>();
    const push = deaths.push.bind(deaths);
    deaths.push = (...items) => {
      died.resolve();
      return push(...items);
    };
    const pid = supervisor.pid;
    process.kill(pid ?? 0, 'SIGKILL');
    await died.promise;
    await supervisor.stop();
    expect(supervisor.pid).toBe(pid);
  });
});
