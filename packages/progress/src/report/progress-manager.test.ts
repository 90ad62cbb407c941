// The embedded manager: its three plain calls, whose operation an id is, and the form around a step's work.
import { afterEach, describe, expect, test } from 'bun:test';
import type { ProgressEvent } from '@relevo/protocol';
import { type DroppedReport, type ManagerOptions, ProgressManager } from './progress-manager.ts';

const open: ProgressManager[] = [];
afterEach(async () => {
  for (const manager of open.splice(0)) await manager.close();
});

function start(options: ManagerOptions = {}) {
  const dropped: DroppedReport[] = [];
  const manager = new ProgressManager({ onDropped: (drop) => dropped.push(drop), ...options });
  open.push(manager);
  return { manager, dropped };
}

/** What was shown of an operation, one word an event: `a:in_progress:40`, `completed`. */
async function shown(manager: ProgressManager, userId: number, operationId: string): Promise<string[]> {
  // What was reported is shown a moment later, in a batch.
  await new Promise((resolve) => setImmediate(resolve));
  return (manager.events({ userId, operationId }) ?? []).map(word);
}

function word(event: ProgressEvent): string {
  return 'step' in event ? `${event.step}:${event.status}:${event.progress}` : event.state;
}

describe('the plain calls', () => {
  test('show each step, and end the operation', async () => {
    const { manager, dropped } = start();
    manager.startOperation(7, 'op', []);
    manager.updateStep('op', 'remove-service', 'in_progress', 'Iniciando...', 10);
    manager.updateStep('op', 'remove-service', 'completed', 'Hecho', 100);
    manager.updateStep('op', 'remove-router', 'in_progress', 'Conectando...');
    manager.updateStep('op', 'remove-router', 'completed', 'Hecho');
    manager.completeOperation('op');
    expect(await shown(manager, 7, 'op')).toEqual([
      'pending',
      'in_progress',
      'remove-service:in_progress:10',
      'remove-service:completed:100',
      'remove-router:in_progress:null',
      'remove-router:completed:100',
      'completed',
    ]);
    expect(dropped).toEqual([]);
    expect(manager.activeOperations).toBe(0);
  });

  test('end as error when a step failed', async () => {
    const { manager } = start();
    manager.startOperation('7', 'op');
    manager.updateStep('op', 'a', 'error', 'Error: no', 0);
    manager.completeOperation('op');
    expect((await shown(manager, 7, 'op')).at(-1)).toBe('error');
  });

  test('take updates before the operation is started: nothing is lost, percentages are coalesced', async () => {
    const { manager } = start();
    manager.updateStep('op', 'a', 'in_progress', 'one', 10);
    manager.updateStep('op', 'a', 'in_progress', 'two', 20);
    manager.updateStep('op', 'a', 'completed', 'done', 100);
    manager.updateStep('op', 'b', 'in_progress', 'three', 5);
    manager.completeOperation('op');
    manager.startOperation(7, 'op', []);
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'in_progress', 'a:in_progress:20', 'a:completed:100', 'b:in_progress:5', 'completed']);
  });

  test('with declared steps end when all of them have', async () => {
    const { manager } = start();
    manager.startOperation(7, 'op', ['a', { step: 'b', message: 'later' }]);
    manager.updateStep('op', 'a', 'completed', '');
    expect(manager.activeOperations).toBe(1);
    manager.updateStep('op', 'b', 'completed', '');
    expect((await shown(manager, 7, 'op')).at(-1)).toBe('completed');
  });

  test('may be started twice: the second time changes nothing', async () => {
    const { manager } = start();
    manager.startOperation(7, 'op', ['a']);
    manager.startOperation(7, 'op', []);
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'a:pending:0']);
  });

  test('after the end are dropped, and told', async () => {
    const { manager, dropped } = start();
    manager.startOperation(7, 'op');
    manager.completeOperation('op');
    await shown(manager, 7, 'op');
    manager.updateStep('op', 'a', 'in_progress', 'late');
    manager.updateStep({ userId: 7, operationId: 'op' }, 'a', 'in_progress', 'late');
    expect(dropped.map(({ reason }) => reason)).toEqual(['operation_ended', 'not_found']);
    expect(() => manager.startOperation(7, 'op')).toThrow('has ended');
  });

  const wrong: [string, (manager: ProgressManager) => void][] = [
    ['a user that is no number', (manager) => manager.startOperation('x', 'op')],
    ['user 0', (manager) => manager.startOperation(0, 'op')],
    ['half a user', (manager) => manager.startOperation(1.5, 'op')],
    ['an empty operation id', (manager) => manager.startOperation(1, '')],
    ['an operation id with a space', (manager) => manager.updateStep('a b', 's', 'pending', '')],
    ['a step id of 129', (manager) => manager.updateStep('op', 's'.repeat(129), 'pending', '')],
    ['a declared step with a slash', (manager) => manager.startOperation(1, 'op', ['a/b'])],
    ['an unknown status', (manager) => manager.updateStep('op', 's', 'done' as 'completed', '')],
  ];
  for (const [title, call] of wrong) test(`refuse ${title} where it was called`, () => expect(() => call(start().manager)).toThrow(TypeError));
});

describe('whose operation an id is', () => {
  test('the same id of two users never mixes when the owner is named', async () => {
    const { manager } = start();
    for (const userId of [7, 8]) manager.updateStep({ userId, operationId: 'op' }, `of-${userId}`, 'in_progress', '', userId);
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'in_progress', 'of-7:in_progress:7']);
    expect(await shown(manager, 8, 'op')).toEqual(['pending', 'in_progress', 'of-8:in_progress:8']);
  });

  test('a bare id goes to whom the work was begun for, not to one who only watches it', async () => {
    const { manager, dropped } = start();
    manager.watchSource().engine.registerUnused({ userId: 8, id: 'op' }, 'en');
    manager.startOperation(7, 'op');
    manager.updateStep('op', 'a', 'in_progress', '', 5);
    expect(await shown(manager, 8, 'op')).toEqual(['pending']);
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'in_progress', 'a:in_progress:5']);
    expect(dropped).toEqual([]);
  });

  test('a bare id that two users may mean is shown to neither, and told', async () => {
    const { manager, dropped } = start();
    for (const userId of [7, 8]) manager.watchSource().engine.registerUnused({ userId, id: 'op' }, 'en');
    manager.updateStep('op', 'a', 'in_progress', 'secret');
    expect([await shown(manager, 7, 'op'), await shown(manager, 8, 'op')]).toEqual([['pending'], ['pending']]);
    expect(dropped).toMatchObject([{ operationId: 'op', reason: 'ambiguous' }]);
  });
});

describe('a step that runs here', () => {
  test('tells percentages, bytes and nested steps, and returns what its work returns', async () => {
    const { manager } = start({ limits: { tickIntervalMs: 1 } });
    const operation = manager.operation({ userId: 7, id: 'op', kind: 'remove', title: 'Remove' });
    const result = await operation.run(() =>
      operation.step('router', async (step) => {
        step.progress(20, 'Conectando…');
        await step.step('login', (inner) => inner.bytes(50, 200));
        return 42;
      }),
    );
    expect(result).toBe(42);
    const events = await shown(manager, 7, 'op');
    expect(events).toContain('router.login:completed:100');
    expect(events.slice(-2)).toEqual(['router:completed:100', 'completed']);
    const last = manager.events({ userId: 7, operationId: 'op' })?.findLast((event) => 'step' in event && event.step === 'router');
    expect(last).toMatchObject({ message: 'Conectando…' });
  });

  test('counts bytes: percentage, rate and time left come with them', async () => {
    const { manager } = start({ limits: { tickIntervalMs: 1 } });
    const operation = manager.operation({ userId: 7, id: 'op', kind: 'copy' });
    await operation.step('copy', async (step) => {
      for (let done = 0; done <= 1000; done += 250) {
        step.bytes(done, 1000, 'Copying');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    const events = manager.events({ userId: 7, operationId: 'op' }) ?? [];
    const measured = events.filter((event) => 'rate' in event && event.rate !== undefined);
    expect(measured.length).toBeGreaterThan(0);
    expect(measured.at(-1)).toMatchObject({ bytes: 1000, total_bytes: 1000, progress: 100, eta_ms: 0 });
  });

  test('that throws is an error step with its message, the operation ends as error, and the error goes on', async () => {
    const { manager } = start();
    const operation = manager.operation({ userId: 7, id: 'op', kind: 'remove', steps: ['a', 'b'] });
    const work = operation.run(() =>
      operation.step('a', () => {
        throw new Error('no route to host');
      }),
    );
    await expect(work).rejects.toThrow('no route to host');
    expect(await shown(manager, 7, 'op')).toEqual([
      'pending',
      'a:pending:0',
      'b:pending:0',
      'in_progress',
      'a:in_progress:0',
      'a:error:0',
      'b:error:0',
      'error',
    ]);
  });

  test('is aborted by a stop, says so in the language of the operation, and no other step begins', async () => {
    const { manager } = start();
    const operation = manager.operation({ userId: 7, id: 'op', kind: 'remove', language: 'es' });
    const begun = Promise.withResolvers<void>();
    const work = operation.run(async () => {
      await operation
        .step('a', async ({ signal }) => {
          begun.resolve();
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        })
        .catch(() => {});
      await operation.step('b', () => {});
    });
    // Looked at from the start: it ends while the stop is still waited for.
    const failure = work.then(
      () => undefined,
      (error: unknown) => error,
    );
    await begun.promise;
    await manager.stop({ userId: 7, operationId: 'op' });
    expect(await failure).toMatchObject({ name: 'AbortError', message: 'the operation was stopped' });
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'in_progress', 'a:in_progress:0', 'a:error:0', 'stopped']);
    expect(manager.events({ userId: 7, operationId: 'op' })?.at(-2)).toMatchObject({ message: 'Detenido' });
  });

  test('that ignores a stop is closed over its head when the time is over', async () => {
    const { manager, dropped } = start({ limits: { stopTimeoutMs: 5 } });
    const operation = manager.operation({ userId: 7, id: 'op', kind: 'remove' });
    const free = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    manager.watchSource().subscribe((batch) => {
      if (batch.some(({ event }) => 'state' in event && event.state === 'stopped')) ended.resolve();
    });
    const work = operation.run(() => operation.step('a', () => free.promise));
    await manager.stop('op');
    await ended.promise;
    free.resolve();
    await work;
    expect((await shown(manager, 7, 'op')).at(-1)).toBe('stopped');
    expect(dropped.length).toBeGreaterThan(0);
  });

  test('under an id that somebody watches already goes on from there', async () => {
    const { manager } = start();
    manager.watchSource().engine.registerUnused({ userId: 7, id: 'op' }, 'en');
    await manager.operation({ userId: 7, id: 'op', kind: 'x' }).run((operation) => operation.step('a', () => {}));
    expect(await shown(manager, 7, 'op')).toEqual(['pending', 'pending', 'in_progress', 'a:in_progress:0', 'a:completed:100', 'completed']);
  });

  test('of an id that stands for other work is refused', () => {
    const { manager } = start();
    manager.operation({ userId: 7, id: 'op', kind: 'x' });
    expect(() => manager.operation({ userId: 7, id: 'op', kind: 'x' })).toThrow('other work');
    expect(() => manager.operation({ userId: 8, id: 'op', kind: 'x' })).not.toThrow();
  });

  test('ends with its block', async () => {
    const { manager } = start();
    {
      await using operation = manager.operation({ userId: 7, id: 'op', kind: 'x' });
      await operation.step('a', () => {});
    }
    expect((await shown(manager, 7, 'op')).at(-1)).toBe('completed');
  });
});

describe('what nobody works on', () => {
  test('is ended with a message: watched only, or silent; work that runs here is left alone', async () => {
    const { manager } = start({ limits: { unusedMaxMs: 1_000, silentMaxMs: 60_000 } });
    manager.watchSource().engine.registerUnused({ userId: 7, id: 'watched' }, 'es');
    manager.startOperation(7, 'silent');
    manager.updateStep('silent', 'a', 'in_progress', '');
    manager.operation({ userId: 7, id: 'here', kind: 'x' });
    manager.sweep(Date.now() + 2_000);
    expect((await shown(manager, 7, 'watched')).at(-1)).toBe('error');
    expect((await shown(manager, 7, 'silent')).at(-1)).toBe('a:in_progress:null');
    manager.sweep(Date.now() + 61_000);
    expect((await shown(manager, 7, 'silent')).slice(-2)).toEqual(['a:error:0', 'error']);
    expect(manager.activeOperations).toBe(1);
  });

  test('and updates that nobody starts are forgotten, and told', () => {
    const { manager, dropped } = start();
    manager.updateStep('op', 'a', 'in_progress', '');
    manager.sweep(Date.now() + 3_600_000);
    expect(dropped).toMatchObject([{ operationId: 'op', reason: 'no_owner' }]);
  });

  test('is bounded: more ended operations than are kept, more updates than may wait', async () => {
    const { manager, dropped } = start({ limits: { endedMax: 2, heldOperationsMax: 1, heldUpdatesMax: 1 } });
    for (const id of ['a', 'b', 'c']) {
      manager.startOperation(7, id);
      manager.completeOperation({ userId: 7, operationId: id });
      await shown(manager, 7, id);
    }
    expect(manager.events({ userId: 7, operationId: 'a' })).toBeUndefined();
    expect((await shown(manager, 7, 'c')).at(-1)).toBe('completed');
    manager.updateStep('x', 's', 'in_progress', '');
    manager.updateStep('x', 's', 'completed', '');
    manager.updateStep('y', 's', 'in_progress', '');
    expect(dropped.map(({ operationId }) => operationId)).toEqual(['x', 'y']);
  });
});
