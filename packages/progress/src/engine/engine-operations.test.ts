// Registering, refusing, closing and restoring operations.
import { describe, expect, test } from 'bun:test';
import { key, makeEngine, told, work } from './engine.fixture.ts';
import { EngineRefusal, type RefusalReason } from './engine.ts';
import type { Operation } from './operation.ts';

function refusal(action: () => unknown): RefusalReason | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineRefusal) return error.reason;
    throw error;
  }
  return undefined;
}

describe('registering', () => {
  test('shows the operation and its declared steps, in order', async () => {
    const { engine, published } = makeEngine();
    engine.register(key, work);
    await engine.commit();
    expect(told(published.map(({ event }) => event))).toEqual(['1:pending', '2:a:pending:0', '3:b:pending:0']);
    expect(published[0]?.event).toMatchObject({ kind: 'delivery', title: 'a file' });
  });

  test('gives an id that a watcher registered first its work, and goes on with its numbers', async () => {
    const { engine, published } = makeEngine();
    engine.registerUnused(key, 'en');
    await engine.commit();
    engine.register(key, work);
    await engine.commit();
    expect(told(published.map(({ event }) => event))).toEqual(['1:pending', '2:pending', '3:a:pending:0', '4:b:pending:0']);
    expect(published[1]?.event).toMatchObject({ kind: 'delivery' });
  });

  type Engine = ReturnType<typeof makeEngine>['engine'];
  const done = { status: 'completed', message: '' } as const;
  const registered = (engine: Engine) => engine.register(key, work);
  const stopped = (engine: Engine) => {
    engine.register(key, work);
    engine.end(key, 'stopped');
  };
  /** What is refused, why, what went before, what is tried. */
  const rows: [string, RefusalReason, (engine: Engine) => unknown, (engine: Engine) => unknown][] = [
    ['an id that stands for other work', 'operation_id_in_use', registered, registered],
    ['to register an id unused that has work', 'operation_id_in_use', registered, (engine) => engine.registerUnused(key, 'en')],
    ['work for an operation that was stopped', 'operation_id_in_use', stopped, registered],
    [
      'more steps than its bound',
      'too_many_steps',
      () => {},
      (engine) => engine.register(key, { ...work, steps: ['a', 'b', 'c', 'd'].map((step) => ({ step, message: '' })) }),
    ],
    [
      'a step beyond its bound',
      'too_many_steps',
      (engine) => {
        registered(engine);
        engine.report(key, 'c', done);
      },
      (engine) => engine.report(key, 'd', done),
    ],
    [
      'more operations than its bound',
      'too_many_operations',
      (engine) => {
        for (const id of ['1', '2']) engine.register({ ...key, id }, work);
      },
      registered,
    ],
    [
      'more unused operations than its bound',
      'too_many_operations',
      (engine) => {
        for (const id of ['1', '2']) engine.registerUnused({ ...key, id }, 'en');
      },
      (engine) => engine.registerUnused(key, 'en'),
    ],
    [
      'an id that was registered unused and has ended',
      'operation_ended',
      (engine) => {
        engine.registerUnused(key, 'en');
        engine.end(key, 'stopped');
      },
      registered,
    ],
    ['a report on what is not there', 'not_found', () => {}, (engine) => engine.report(key, 'a', done)],
    ["a report on another user's operation", 'not_found', registered, (engine) => engine.report({ ...key, userId: 8 }, 'a', done)],
    ['a report on what has ended', 'operation_ended', stopped, (engine) => engine.report(key, 'a', done)],
    ['to end what has ended', 'operation_ended', stopped, (engine) => engine.end(key, 'error')],
    [
      'a transition that the table does not have',
      'illegal_transition',
      (engine) => {
        registered(engine);
        engine.report(key, 'a', done);
      },
      (engine) => engine.report(key, 'a', { ...done, status: 'error' }),
    ],
  ];
  for (const [title, reason, before, tried] of rows) {
    test(`refuses ${title}`, () => {
      const { engine } = makeEngine({ operationsPerUserMax: 2, stepsMax: 3 });
      before(engine);
      expect(refusal(() => tried(engine))).toBe(reason);
    });
  }

  test('the same id of two users are two operations', async () => {
    const { engine, published } = makeEngine();
    engine.register(key, work);
    engine.register({ ...key, userId: 8 }, { ...work, title: 'another' });
    engine.report(key, 'a', { status: 'completed', message: '' });
    await engine.commit();
    expect(engine.find({ ...key, userId: 8 })?.steps.get('a')?.event?.status).toBe('pending');
    expect(published.filter(({ userId }) => userId === 8)).toHaveLength(3);
  });

  test('there is room again once an operation has ended and is journaled', async () => {
    const { engine } = makeEngine({ operationsPerUserMax: 1 });
    engine.register(key, work);
    engine.end(key, 'stopped');
    await engine.commit();
    expect(refusal(() => engine.register({ ...key, id: 'next' }, work))).toBeUndefined();
  });
});

describe('closing', () => {
  test('ends unsettled steps with the message, keeps settled ones, and the operation with the outcome', async () => {
    const { engine, published } = makeEngine();
    engine.register(key, work);
    engine.report(key, 'a', { status: 'completed', message: 'done' });
    await engine.commit();
    published.length = 0;
    engine.close(key, { message: 'stopped by you' }, 'stopped');
    await engine.commit();
    expect(told(published.map(({ event }) => event))).toEqual(['6:b:error:0', '7:stopped']);
    expect(published[0]?.event).toMatchObject({ message: 'stopped by you' });
  });

  test('says by code what it says, in the step and in the end, with the values of its sentence in the step', async () => {
    const { engine, published } = makeEngine();
    engine.register(key, { ...work, endsWithSteps: false, steps: [{ step: 'a', message: 'waiting' }] });
    await engine.commit();
    published.length = 0;
    engine.close(key, { message: 'not heard of for 5 s', code: 'silent', values: { seconds: 5 } }, 'error');
    await engine.commit();
    const [, step, end] = published.map(({ event }) => event);
    expect(step).toMatchObject({ message: 'not heard of for 5 s', code: 'silent', values: { seconds: 5 } });
    expect(end).toMatchObject({ state: 'error', message: 'not heard of for 5 s', code: 'silent' });
  });

  const rows: [string, readonly ('completed' | 'in_progress' | 'error')[], boolean, 'error' | 'stopped', string][] = [
    ['completed when every step completed', ['completed', 'completed'], false, 'stopped', 'completed'],
    ['stopped when it had no step', [], false, 'stopped', 'stopped'],
    ['error when nobody carries it any more', ['in_progress', 'completed'], true, 'error', 'error'],
    ['stopped when it was told to stop', ['in_progress', 'completed'], true, 'stopped', 'stopped'],
    ['stopped when a step failed before', ['error', 'completed'], false, 'stopped', 'stopped'],
  ];
  for (const [title, statuses, endsWithSteps, state, outcome] of rows) {
    test(`ends an operation as ${title}`, async () => {
      const { engine, published } = makeEngine();
      engine.register(key, { ...work, endsWithSteps, steps: [] });
      for (const [index, status] of statuses.entries()) engine.report(key, `s${index}`, { status, message: '' });
      engine.close(key, { message: 'over' }, state);
      await engine.commit();
      expect(published.at(-1)?.event).toMatchObject({ state: outcome });
      expect(engine.size).toBe(0);
    });
  }

  test('a step that errs after a stop was asked ends the operation as stopped', async () => {
    const { engine, published } = makeEngine();
    engine.register(key, work);
    engine.markStopping(key);
    engine.report(key, 'a', { status: 'completed', message: '' });
    engine.report(key, 'b', { status: 'error', message: 'stopped' });
    await engine.commit();
    expect(published.at(-1)?.event).toMatchObject({ state: 'stopped' });
  });
});

describe('restoring', () => {
  async function journaled(): Promise<Operation> {
    const { engine, batches } = makeEngine();
    engine.register(key, work);
    engine.report(key, 'a', { status: 'in_progress', message: '', progress: 40 });
    await engine.commit();
    const operation = engine.find(key);
    if (!operation) throw new Error('not registered');
    expect(batches.length).toBeGreaterThan(0);
    return structuredClone(operation);
  }

  test('goes on with the numbers, and progress does not fall', async () => {
    const { engine, published, clock } = makeEngine();
    engine.restore(await journaled());
    clock.now += 1000;
    engine.report(key, 'a', { status: 'in_progress', message: '', progress: 10 });
    await engine.commit();
    expect(told(published.map(({ event }) => event))).toEqual(['6:a:in_progress:40']);
  });

  test('gives a watcher that saw nothing a snapshot, one that saw all what follows', async () => {
    const { engine } = makeEngine();
    engine.restore(await journaled());
    expect(told(engine.catchUp(key, undefined) ?? [])).toEqual(['~3:b:pending:0', '~4:in_progress', '~5:a:in_progress:40']);
    expect(engine.catchUp(key, 5)).toEqual([]);
    engine.report(key, 'b', { status: 'in_progress', message: '' });
    await engine.commit();
    expect(told(engine.catchUp(key, 5) ?? [])).toEqual(['6:b:in_progress:0']);
  });

  test('counts against the bound of open operations', async () => {
    const { engine } = makeEngine({ operationsPerUserMax: 1 });
    engine.restore(await journaled());
    expect(refusal(() => engine.register({ ...key, id: 'next' }, work))).toBe('too_many_operations');
  });
});
