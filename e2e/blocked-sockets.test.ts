// Behind a proxy that lets no WebSocket through, progress is watched all the same: by the SDK, and on the hub's pages in Chromium.
import { afterEach, expect, test } from 'bun:test';
import { createWatcher, type Watcher } from '@relevo/progress/watch';
import { openBrowser } from './harness/browser.ts';
import { adminEmail, adminPassword, type RunningHub, runHub } from './harness/hub.ts';
import { Scope } from './harness/scope.ts';
import { type Session, signIn } from './harness/session.ts';
import { until } from './harness/until.ts';

const scope = new Scope();
afterEach(() => scope.end());

interface Blocked {
  hub: RunningHub;
  /** The proxy's address, which the hub takes for its own: its requests keep the name they were sent to. */
  url: string;
  /** Of somebody who came through the proxy. */
  session: Session;
  handshakesRefused(): number;
}

async function runBehindProxy(): Promise<Blocked> {
  const hub = await runHub(scope);
  let refused = 0;
  const server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      if (request.headers.has('upgrade')) {
        refused += 1;
        return new Response('no', { status: 403 });
      }
      const { pathname, search } = new URL(request.url);
      try {
        return await fetch(`${hub.url}${pathname}${search}`, {
          method: request.method,
          headers: request.headers,
          body: request.body,
          redirect: 'manual',
          signal: request.signal,
          decompress: false,
        });
      } catch {
        return new Response('bad gateway', { status: 502 });
      }
    },
  });
  scope.onEnd(() => server.stop(true));
  const url = server.url.origin;
  return { hub, url, session: await signIn(url, adminEmail, adminPassword), handshakesRefused: () => refused };
}

function watcherOf({ url, session }: Blocked): Watcher {
  const watcher = createWatcher({
    base: url,
    userId: session.userId,
    fetch: ((input: string, init?: RequestInit) =>
      fetch(input, { ...init, headers: { ...init?.headers, cookie: session.cookie, origin: url } })) as typeof fetch,
    delayMinMs: 5,
    delayMaxMs: 50,
    listIntervalMs: 50,
  });
  scope.onEnd(() => watcher.close());
  return watcher;
}

const untilEvents = (watcher: Watcher) => until('events stand in for the socket', () => watcher.connection.getSnapshot().state === 'connected');
const begin = (session: Session, id: string, steps: readonly string[]) =>
  session.ask('POST', '/api/operations', { json: { id, kind: 'test', title: `Title of ${id}`, steps } });
const report = (session: Session, id: string, step: string, status: string, progress: number) =>
  session.ask('PATCH', `/api/operations/${id}/steps/${step}`, { json: { status, progress, message: `${step} ${status}` } });

test('the SDK sees every number once and in order, and learns all that happened over a kill of the hub', async () => {
  const blocked = await runBehindProxy();
  const { hub, session } = blocked;
  const watcher = watcherOf(blocked);
  const steps = ['one', 'two', 'three', 'four'];
  const all = watcher.watchAll();
  const stop = all.subscribe(() => {});
  await untilEvents(watcher);
  const seqs: number[] = [];
  const reading = (async () => {
    for await (const { seq } of watcher.watchOperation('work-1')) seqs.push(seq);
  })();
  await begin(session, 'work-1', steps);
  for (const step of steps) {
    await report(session, 'work-1', step, 'in_progress', 10);
    if (step === 'three') {
      await hub.kill();
      await hub.start();
    }
    await report(session, 'work-1', step, 'completed', 100);
  }
  await reading;
  expect(watcher.connection.getSnapshot()).toMatchObject({ state: 'connected', via: 'events' });
  expect(blocked.handshakesRefused()).toBe(3);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  // Each has a stream of its own: one hears of the end a moment before the other.
  const watched = await until('the list has the end too', () =>
    all.getSnapshot().find(({ operation_id, state }) => operation_id === 'work-1' && state === 'completed'),
  );
  expect(watched.title).toBe('Title of work-1');
  expect(watched.steps.map(({ step, status }) => [step, status])).toEqual(steps.map((step) => [step, 'completed']));
  expect(seqs.at(-1)).toBe((await session.ask('GET', '/api/operations/work-1')).seq);
  stop();
}, 120_000);

test('the SDK stops an operation', async () => {
  const blocked = await runBehindProxy();
  await begin(blocked.session, 'work-2', ['one']);
  const watcher = watcherOf(blocked);
  const watch = watcher.watchOperation('work-2');
  const stop = watch.subscribe(() => {});
  await untilEvents(watcher);
  expect(watcher.stop('work-2')).toBe('sent');
  // Nothing had begun, so the hub ends it by itself.
  await until('the operation is stopped', () => watch.getSnapshot().state === 'stopped');
  stop();
}, 60_000);

test('the pages are live in Chromium', async () => {
  const { url, session, handshakesRefused } = await runBehindProxy();
  await begin(session, 'work-3', ['one', 'two']);
  const page = await (await openBrowser(scope)).newPage();
  await page.goto(`${url}/operations/work-3`);
  await page.getByLabel('Email').fill(adminEmail);
  await page.getByLabel('Password', { exact: true }).fill(adminPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Title of work-3' }).waitFor();
  await page.getByText('Live', { exact: true }).first().waitFor();
  await report(session, 'work-3', 'one', 'in_progress', 40);
  await page.locator('[data-step=one][data-status=in_progress] [aria-valuenow="40"]').waitFor();
  await report(session, 'work-3', 'one', 'completed', 100);
  await report(session, 'work-3', 'two', 'completed', 100);
  await page.locator('[data-step=two][data-status=completed]').waitFor();
  await page.getByRole('status').filter({ hasText: 'Completed' }).waitFor();
  expect(handshakesRefused()).toBe(3);
}, 120_000);
