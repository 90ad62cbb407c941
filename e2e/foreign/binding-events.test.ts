// The SDK's binding where no WebSocket comes through: the watcher follows by server-sent events, on Node and on Bun, without a hub.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createWatcher, type Watcher } from '@relevo/progress/watch';
import { Scope } from '../harness/scope.ts';
import { until } from '../harness/until.ts';
import { bindingTarget, type Target, type Visitor } from './targets.ts';

describe.each(['node', 'bun'] as const)('the binding on %s', (runtime) => {
  const scope = new Scope();
  const watchers: Watcher[] = [];
  let target: Target;
  beforeAll(async () => {
    target = await bindingTarget(scope, runtime);
  });
  afterAll(async () => {
    for (const watcher of watchers) watcher.close();
    await scope.end();
  });

  /** Proves itself in requests and not in handshakes: every socket is refused. */
  function watch({ userId, headers }: Visitor): Watcher {
    const proving = (input: string | URL | Request, init: RequestInit = {}) =>
      fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } });
    const watcher = createWatcher({
      base: target.url,
      userId,
      fetch: Object.assign(proving, { preconnect: fetch.preconnect }),
      delayMinMs: 5,
      delayMaxMs: 20,
      notifyIntervalMs: 1,
      listIntervalMs: 50,
      socketRetryMs: 3_600_000,
    });
    watchers.push(watcher);
    return watcher;
  }

  const ask = (path: string, visitor: Visitor | undefined = target.ana, init: RequestInit = {}) =>
    fetch(`${target.url}/ws/progress${path}`, { ...init, headers: { ...visitor?.headers, ...init.headers } });

  test('gives a watcher every event once and in order, and is asked again only for what is missing', async () => {
    await target.begin('followed');
    const watcher = watch(target.ana);
    const seqs: number[] = [];
    const reading = (async () => {
      for await (const event of watcher.watchOperation('followed')) seqs.push(event.seq);
    })();
    await until('it is connected', () => watcher.connection.getSnapshot().state === 'connected');
    expect(watcher.connection.getSnapshot()).toMatchObject({ state: 'connected', via: 'events' });
    await target.report('followed', 'copy', 'in_progress', 10, 'Copying');
    await until('the step is seen', () => seqs.length >= 3);
    await target.report('followed', 'copy', 'completed');
    await target.end('followed');
    await reading;
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const last = seqs.at(-1) ?? 0;
    const resumed = await (await ask(`/operations/followed/events?after=${last - 2}`)).text();
    expect([...resumed.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))).toEqual([last - 1, last]);
    const byHeader = await (await ask('/operations/followed/events', target.ana, { headers: { 'last-event-id': String(last - 1) } })).text();
    expect([...byHeader.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))).toEqual([last]);
    expect((await ask(`/operations/followed/events?after=${last}`)).status).toBe(204);
  });

  test('shows a watcher of everything what begins later, and stops what it asks to stop', async () => {
    const watcher = watch(target.ana);
    const all = watcher.watchAll();
    const unsubscribe = all.subscribe(() => {});
    await until('it is connected', () => watcher.connection.getSnapshot().state === 'connected');
    await target.begin('later');
    await until('it is there', () => all.getSnapshot().some(({ operation_id }) => operation_id === 'later'));
    expect(watcher.stop('later')).toBe('sent');
    await until('it is stopped', () => all.getSnapshot().some(({ operation_id, state }) => operation_id === 'later' && state === 'stopped'));
    unsubscribe();
  });

  test('leaves every other request to the application', async () => {
    for (const path of [
      '/ws/progress',
      '/ws/progress/operations/a',
      '/ws/progress/operations/a/events/more',
      '/ws/progress/operations/%zz/events',
      '/ws/progressive',
    ]) {
      const answer = await fetch(target.url + path, { headers: target.ana.headers });
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
    }
    expect((await ask('/operations', target.ana, { method: 'DELETE' })).status).toBe(404);
  });

  test('refuses who proves nothing, others’ operations, pages of other sites, and what is none', async () => {
    await target.begin('refused');
    const other = { ...target.ana, headers: { ...target.ana.headers, origin: 'https://evil.example' } };
    const nobody = { userId: 0, headers: {} };
    const rows: [string, Visitor, 'GET' | 'POST', number, string][] = [
      ['/operations', nobody, 'GET', 401, 'unauthenticated'],
      ['/operations/refused/events', nobody, 'GET', 401, 'unauthenticated'],
      ['/operations/refused/stop', nobody, 'POST', 401, 'unauthenticated'],
      ['/operations', other, 'GET', 403, 'origin_refused'],
      ['/operations/refused/stop', other, 'POST', 403, 'origin_refused'],
      ['/operations?user_id=7', target.ben, 'GET', 403, 'forbidden'],
      ['/operations?user_id=0', target.ana, 'GET', 400, 'invalid_request'],
      ['/operations?user_id=x', target.ana, 'GET', 400, 'invalid_request'],
      ['/operations/refused/events', target.ben, 'GET', 404, 'not_found'],
      ['/operations/refused/events?user_id=7', target.ben, 'GET', 404, 'not_found'],
      ['/operations/refused/stop?user_id=7', target.ben, 'POST', 404, 'not_found'],
      ['/operations/none/events', target.ana, 'GET', 404, 'not_found'],
      ['/operations/a%20b/events', target.ana, 'GET', 404, 'not_found'],
    ];
    for (const [path, visitor, method, status, code] of rows) {
      const answer = await ask(path, visitor, { method });
      const { code: told, status: inBody } = (await answer.json()) as { code: string; status: number };
      expect([path, answer.status, inBody, told, answer.headers.get('content-type')]).toEqual([path, status, status, code, 'application/problem+json']);
    }
    expect(((await (await ask('/operations?state=pending')).json()) as { operations: object[] }).operations).toContainEqual(
      expect.objectContaining({ operation_id: 'refused', user_id: 7, state: 'pending' }),
    );
  });

  test('counts streams among the connections of a user, and ends them at sign-out', async () => {
    await target.begin('counted');
    const streams: Response[] = [];
    let refused: Response | undefined;
    while (!refused && streams.length <= 20) {
      const answer = await ask('/operations/counted/events');
      if (answer.status === 200) streams.push(answer);
      else refused = answer;
    }
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([429, '5']);
    await fetch(`${target.url}/sign-out`, { method: 'POST', body: JSON.stringify({ user_id: 7 }) });
    await Promise.all(streams.map((stream) => stream.text()));
    const again = await ask('/operations/counted/events');
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  test('ends its streams when the server goes', async () => {
    await target.begin('left');
    const stream = await ask('/operations/left/events');
    expect(stream.status).toBe(200);
    const read = stream.text();
    expect(await target.stop()).toBe(0);
    expect(await read).toContain('"operation_id":"left"');
  });
});
