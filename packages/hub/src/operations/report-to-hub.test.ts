// A server outside the hub that reports its work through the SDK: against a real hub that restarts, refuses, goes silent and asks to stop.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { createHubReporter, type HubReporter, type HubReporterOptions, type ReportProblem } from '@relevo/progress/report';
import type { OperationResource } from '@relevo/protocol';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let anaKey: string;
let adminKey: string;
let id: string;
let problems: ReportProblem[];
const reporters: HubReporter[] = [];

beforeAll(async () => {
  hub = await startTestHub({ STOP_TIMEOUT_MS: '60000' });
  ana = await hub.person('ana@example.com');
  anaKey = (await ana.send('POST', '/api/api-keys', { json: { name: 'server' } })).body.key;
  adminKey = (await hub.admin.send('POST', '/api/api-keys', { json: { name: 'server' } })).body.key;
});
afterAll(() => hub.stop());
beforeEach(() => {
  id = `op-${crypto.randomUUID()}`;
  problems = [];
});
afterEach(async () => {
  for (const reporter of reporters.splice(0)) await reporter.close(0);
});

function report(options: Partial<HubReporterOptions> = {}): HubReporter {
  const reporter = createHubReporter({
    url: hub.url,
    apiKey: anaKey,
    delayMinMs: 5,
    delayMaxMs: 50,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  reporters.push(reporter);
  return reporter;
}

async function known(operationId = id, person = ana): Promise<OperationResource> {
  const { status, body } = await person.send('GET', `/api/operations/${operationId}`);
  if (status !== 200) throw new Error(`the hub answered ${status}`);
  return body;
}

/** A `fetch` that counts, and does with each request to `/api/reports` what `treat` says. */
function spyFetch(treat: (send: () => Promise<Response>, count: number) => Promise<Response>) {
  let count = 0;
  const spy = (input: string | URL | Request, init?: RequestInit) => {
    if (!String(input).endsWith('/api/reports')) return fetch(input, init);
    count += 1;
    return treat(() => fetch(input, init), count);
  };
  return Object.assign(spy, { preconnect: fetch.preconnect, requests: () => count });
}

describe('a server outside the hub', () => {
  test('reports steps that a watcher sees in order, and the operation ends by its outcome', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: id });
    const reporter = report();
    const operation = reporter.operation({ id, kind: 'copy', title: 'Copy' });
    const result = await operation.run(async () => {
      await operation.step('connect', (step) => step.progress(20, 'Conectando…'));
      return operation.step('copy', (step) => {
        step.bytes(10, 40);
        return 'done';
      });
    });
    expect(result).toBe('done');
    expect(await reporter.flush()).toBe(true);
    await socket.next(({ state }) => state === 'completed');
    expect(socket.messages.map(({ seq }) => seq)).toEqual(socket.messages.map((_, index) => index + 1));
    const { state, kind, title, steps } = await known();
    expect({ state, kind, title }).toEqual({ state: 'completed', kind: 'copy', title: 'Copy' });
    expect(steps).toMatchObject([
      { step: 'connect', status: 'completed', message: 'Conectando…' },
      { step: 'copy', status: 'completed', progress: 100 },
    ]);
    expect(problems).toEqual([]);
    socket.close();
  });

  test('with declared steps that fail ends as error, those not reached included', async () => {
    const reporter = report();
    const operation = reporter.operation({ id, kind: 'copy', steps: ['a', 'b'], language: 'es' });
    const work = operation.run(() =>
      operation.step('a', () => {
        throw new Error('no route to host');
      }),
    );
    await expect(work).rejects.toThrow('no route to host');
    await reporter.flush();
    const { state, steps } = await known();
    expect(state).toBe('error');
    expect(steps).toMatchObject([
      { step: 'a', status: 'error', message: 'no route to host' },
      { step: 'b', status: 'error', message: 'No se llegó a este paso' },
    ]);
    expect(problems).toEqual([]);
  });

  test('with an administrator’s key reports for anyone; with another not', async () => {
    const reporter = report({ apiKey: adminKey });
    await reporter.operation({ id, userId: ana.userId, kind: 'copy' }).run((operation) => operation.step('a', () => {}));
    await reporter.flush();
    expect((await known()).state).toBe('completed');
    const other = report();
    await other.operation({ id: `${id}-x`, userId: hub.admin.userId, kind: 'copy' }).run((operation) => operation.step('a', () => {}));
    await other.flush();
    expect(problems[0]).toMatchObject({ code: 'forbidden', operationId: `${id}-x` });
  });

  test('sends a thousand percentages in a few requests, the last one among them', async () => {
    const spy = spyFetch((send) => send());
    const reporter = report({ fetch: spy });
    const operation = reporter.operation({ id, kind: 'copy' });
    const free = Promise.withResolvers<void>();
    const work = operation.run(() =>
      operation.step('a', async (step) => {
        for (let done = 0; done < 1000; done++) step.bytes(done, 1000, `${done}`);
        await free.promise;
      }),
    );
    expect(reporter.waiting).toBeLessThan(5);
    await reporter.flush();
    await eventually(async () => (await known()).steps[0]?.message === '999');
    expect(spy.requests()).toBeLessThan(5);
    free.resolve();
    await work;
    await reporter.flush();
    expect((await known()).state).toBe('completed');
  });
});

describe('a hub that misbehaves', () => {
  test('and loses an answer is sent the batch again, which changes nothing twice', async () => {
    const spy = spyFetch(async (send, count) => {
      const response = await send();
      if (count % 2 === 1) throw new TypeError('the answer was lost');
      return response;
    });
    const reporter = report({ fetch: spy });
    const operation = reporter.operation({ id, kind: 'copy' });
    await operation
      .run(async () => {
        // A step that is tried again is what a repeated batch would repeat.
        await operation.step('a', () => Promise.reject(new Error('first'))).catch(() => {});
        await reporter.flush();
        await operation.step('a', () => Promise.reject(new Error('second'))).catch(() => {});
        await reporter.flush();
        await operation.step('a', () => {});
      })
      .catch(() => {});
    await reporter.flush();
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: id });
    await socket.next(({ state }) => state === 'completed');
    const told = socket.messages.map(({ step, status, state, message }) => (step ? `${status} ${message}`.trim() : state));
    expect(told).toEqual(['pending', 'in_progress', 'in_progress', 'error first', 'in_progress', 'error second', 'in_progress', 'completed', 'completed']);
    expect(problems.filter(({ code }) => code !== 'hub_unreachable')).toEqual([]);
    socket.close();
  });

  test('and refuses for a while is asked again, when it says', async () => {
    // The last is a page that something in between answers with.
    const answers = [503, 429, 500, 200].map((status) => new Response('{}', { status, headers: { 'retry-after': '0' } }));
    const reporter = report({ fetch: spyFetch((send) => Promise.resolve(answers.shift() ?? send())) });
    await reporter.operation({ id, kind: 'copy' }).run((operation) => operation.step('a', () => {}));
    expect(await reporter.flush()).toBe(true);
    expect((await known()).state).toBe('completed');
    expect(problems.map(({ code }) => code)).toEqual(['http_503', 'http_429', 'http_500', 'http_200']);
  });

  test('and finds a batch too large gets it in parts', async () => {
    const sizes: number[] = [];
    const limited = Object.assign(
      (input: string | URL | Request, init?: RequestInit) => {
        if (!String(input).endsWith('/api/reports')) return fetch(input, init);
        const { reports } = JSON.parse(String(init?.body)) as { reports: unknown[] };
        sizes.push(reports.length);
        return reports.length > 3 ? Promise.resolve(new Response('{}', { status: 413 })) : fetch(input, init);
      },
      { preconnect: fetch.preconnect },
    );
    const reporter = report({ fetch: limited });
    const operation = reporter.operation({ id, kind: 'copy' });
    await operation.run(async () => {
      for (const step of ['a', 'b', 'c', 'd', 'e']) await operation.step(step, () => {});
    });
    expect(await reporter.flush()).toBe(true);
    expect((await known()).state).toBe('completed');
    expect((await known()).steps.map(({ step }) => step)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.min(...sizes)).toBeLessThanOrEqual(3);
  });

  test('and restarts in the middle goes on where it was', async () => {
    const reporter = report();
    const operation = reporter.operation({ id, kind: 'copy' });
    await operation.run(async () => {
      await operation.step('before', () => {});
      await reporter.flush();
      const restarted = hub.restart();
      await operation.step('during', (step) => step.progress(50, 'half'));
      await restarted;
      await operation.step('after', () => {});
    });
    expect(await reporter.flush()).toBe(true);
    const { state, steps } = await known();
    expect(state).toBe('completed');
    expect(steps.map(({ step, status }) => `${step} ${status}`)).toEqual(['before completed', 'during completed', 'after completed']);
  });

  test('and is away for too long costs reports, never work: bounded, transitions before percentages, and told', async () => {
    const reporter = report({ url: 'http://127.0.0.1:9', bufferMax: 10 });
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const operation = reporter.operation({ id: `${id}-${index}`, kind: 'copy' });
        return operation.run(() => operation.step('a', () => index));
      }),
    );
    expect(results).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(reporter.waiting).toBeLessThanOrEqual(20);
    expect(problems.some(({ code }) => code === 'buffer_full')).toBe(true);
    expect(await reporter.flush(1)).toBe(false);
  });

  test('and does not know the key is asked again; the work goes on', async () => {
    const reporter = report({ apiKey: 'wrong' });
    expect(await reporter.operation({ id, kind: 'copy' }).run((operation) => operation.step('a', () => 5))).toBe(5);
    await eventually(() => problems.length > 1);
    expect(problems[0]).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a stop', () => {
  /** An operation whose only step waits until it is aborted. */
  function waiting(reporter: HubReporter, userId?: number) {
    const operation = reporter.operation({ id, kind: 'copy', title: 'Copy', language: 'es', ...(userId && { userId }) });
    const begun = Promise.withResolvers<void>();
    const work = operation.run(() =>
      operation.step('a', async ({ signal }) => {
        begun.resolve();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }),
    );
    work.catch(() => {});
    return { work, begun: begun.promise };
  }

  for (const who of ['the owner’s key', 'an administrator’s key'] as const) {
    test(`reaches the work, reported with ${who}`, async () => {
      const isAdmin = who === 'an administrator’s key';
      const reporter = report({ apiKey: isAdmin ? adminKey : anaKey });
      const { work, begun } = waiting(reporter, isAdmin ? ana.userId : undefined);
      await begun;
      await reporter.flush();
      const socket = await ana.watch();
      socket.send({ type: 'start_operation', operation_id: id });
      await socket.next(({ step }) => step === 'a');
      socket.send({ type: 'stop_operation', operation_id: id });
      await expect(work).rejects.toThrow('stopped');
      await socket.next(({ state }) => state === 'stopped');
      expect(socket.messages.findLast(({ step }) => step === 'a')).toMatchObject({ status: 'error', message: 'Detenido', code: 'step.stopped' });
      socket.close();
    });
  }

  test('that came while the reporter was cut off reaches it when it is back', async () => {
    let cut = true;
    const gated = Object.assign(
      (input: string | URL | Request, init?: RequestInit) =>
        cut && String(input).endsWith('/stops') ? Promise.reject(new TypeError('cut')) : fetch(input, init),
      { preconnect: fetch.preconnect },
    );
    const listener = report();
    // Somebody else of the same user listens, so that the hub waits for an answer.
    const other = listener.operation({ id: `${id}-other`, kind: 'copy' });
    await eventually(async () => (await known(`${id}-other`).catch(() => undefined)) !== undefined);
    const reporter = report({ fetch: gated });
    const { work, begun } = waiting(reporter);
    await begun;
    await reporter.flush();
    await eventually(async () => {
      await ana.send('POST', `/api/operations/${id}/stop`);
      return true;
    });
    expect((await known()).state).toBe('in_progress');
    cut = false;
    await expect(work).rejects.toThrow('stopped');
    await reporter.flush();
    expect((await known()).state).toBe('stopped');
    other.end();
  });

  test('that closed the operation while nobody listened aborts the work at its next report', async () => {
    const deaf = Object.assign(
      (input: string | URL | Request, init?: RequestInit) => (String(input).endsWith('/stops') ? Promise.reject(new TypeError('cut')) : fetch(input, init)),
      { preconnect: fetch.preconnect },
    );
    const reporter = report({ fetch: deaf });
    const operation = reporter.operation({ id, kind: 'copy' });
    const stopped = Promise.withResolvers<void>();
    const work = operation.run(() =>
      operation.step('a', async (step) => {
        await reporter.flush();
        await ana.send('POST', `/api/operations/${id}/stop`);
        step.progress(50, 'on');
        await new Promise((_, reject) => step.signal.addEventListener('abort', () => reject(step.signal.reason)));
      }),
    );
    await expect(work).rejects.toThrow('stopped');
    stopped.resolve();
    expect((await known()).state).toBe('stopped');
  });
});
