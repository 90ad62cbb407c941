// Journal before show: nothing is published that would not survive a crash, and nothing that was journaled is lost.
import { describe, expect, test } from 'bun:test';
import { isStepEvent } from '@relevo/protocol';
import { key, makeEngine, told, work } from './engine.fixture.ts';

describe('a journal that stalls', () => {
  test('holds back every event, and none is lost or reordered when it goes on', async () => {
    const gate = Promise.withResolvers<void>();
    const { engine, published } = makeEngine({}, () => gate.promise);
    engine.register(key, work);
    engine.report(key, 'a', { status: 'in_progress', message: '' });
    await Bun.sleep(0);
    engine.report(key, 'a', { status: 'completed', message: '' });
    expect(published).toEqual([]);
    expect(engine.catchUp(key, undefined)).toEqual([]);
    gate.resolve();
    await engine.commit();
    expect(told(published.map(({ event }) => event))).toEqual([
      '1:pending',
      '2:a:pending:0',
      '3:b:pending:0',
      '4:in_progress',
      '5:a:in_progress:0',
      '6:a:completed:100',
    ]);
  });

  test('gathers what is reported meanwhile into one commit', async () => {
    let gate = Promise.withResolvers<void>();
    const { engine, batches } = makeEngine({ tickIntervalMs: 0 }, () => gate.promise);
    engine.register(key, work);
    await Bun.sleep(0);
    for (let progress = 0; progress < 50; progress++) engine.report(key, 'a', { status: 'in_progress', message: '', progress });
    const first = gate;
    gate = Promise.withResolvers<void>();
    gate.resolve();
    first.resolve();
    await engine.commit();
    expect(batches).toHaveLength(2);
  });
});

test('who waits for a commit waits for what was applied before, not for what others apply meanwhile', async () => {
  const { engine, batches } = makeEngine({ tickIntervalMs: 0 }, () => Bun.sleep(0));
  engine.register(key, work);
  await engine.commit();
  let others = true;
  const busy = (async () => {
    for (let progress = 0; others; progress += 0.001) {
      engine.report(key, 'a', { status: 'in_progress', message: '', progress });
      await Promise.resolve();
      if (progress % 1 > 0.9) await Bun.sleep(0);
    }
  })();
  const before = batches.length;
  await engine.commit(async () => {});
  expect(batches.length - before).toBeLessThanOrEqual(2);
  others = false;
  await busy;
  await engine.stop();
});

describe('a batch', () => {
  const ticking = async () => {
    const made = makeEngine({ tickIntervalMs: 0 });
    made.engine.register(key, work);
    made.engine.report(key, 'a', { status: 'in_progress', message: '' });
    await made.engine.commit();
    made.batches.splice(0);
    return made;
  };
  const tick = { status: 'in_progress', message: '', progress: 10 } as const;
  const rows: [string, boolean, (made: Awaited<ReturnType<typeof ticking>>) => Promise<void>][] = [
    ['of percentages need not last', false, async ({ engine }) => engine.report(key, 'a', tick)],
    [
      'of percentages and what is worth no more need not last',
      false,
      async ({ engine }) => {
        engine.report(key, 'a', tick);
        await engine.commit(async () => {}, { lasting: false });
      },
    ],
    [
      'of percentages and a transition lasts',
      true,
      async ({ engine }) => {
        engine.report(key, 'a', tick);
        engine.report(key, 'b', { status: 'in_progress', message: '' });
      },
    ],
    ['of a transition lasts', true, async ({ engine }) => engine.report(key, 'a', { status: 'error', message: '' })],
    ['of other work alone lasts', true, async ({ engine }) => engine.commit(async () => {})],
  ];
  for (const [title, lasting, change] of rows) {
    test(title, async () => {
      const made = await ticking();
      await change(made);
      await made.engine.commit();
      expect(made.batches.map((batch) => batch.lasting)).toEqual([lasting]);
    });
  }
});

describe('a journal that fails', () => {
  test('is tried again with the same batch, and the engine tells of it', async () => {
    let failures = 2;
    const tried: string[] = [];
    const { engine, published, batches, commitErrors } = makeEngine({}, async (batch) => {
      tried.push(JSON.stringify(batch));
      if (failures-- > 0) throw new Error('disk');
    });
    engine.register(key, work);
    await engine.commit();
    expect(commitErrors).toHaveLength(2);
    expect(tried).toHaveLength(3);
    expect(new Set(tried).size).toBe(1);
    expect(batches).toHaveLength(1);
    expect(told(published.map(({ event }) => event))).toEqual(['1:pending', '2:a:pending:0', '3:b:pending:0']);
  });

  test('still gets the state that its events tell, not a later one', async () => {
    let failing = true;
    const failed = Promise.withResolvers<void>();
    const { engine, batches } = makeEngine({ commitRetryMs: 5 }, async () => {
      if (!failing) return;
      failed.resolve();
      throw new Error('disk');
    });
    engine.register(key, work);
    await failed.promise;
    engine.report(key, 'a', { status: 'in_progress', message: '' });
    failing = false;
    await engine.commit();
    const [first, second] = batches;
    expect(first?.operations[0]?.seq).toBe(3);
    expect(first?.operations[0]?.state).toBe('pending');
    expect(second?.operations[0]?.seq).toBe(5);
    expect(first?.steps.find(({ step }) => step.step === 'a')?.step.event?.status).toBe('pending');
  });
});

test('what is written alongside is in the same batch as the events it goes with', async () => {
  const { engine, batches } = makeEngine();
  const written: string[] = [];
  engine.register(key, work, async () => {
    written.push('with the registration');
  });
  await engine.commit(async () => {
    written.push('on its own');
  });
  expect(written).toEqual(['with the registration', 'on its own']);
  expect(batches.flatMap(({ alongside }) => alongside)).toHaveLength(2);
  expect(batches[0]?.transitions).toHaveLength(3);
});

test('a commit with nothing but something alongside resolves when that is written', async () => {
  const { engine, batches } = makeEngine();
  await engine.commit(async () => {});
  expect(batches).toMatchObject([{ operations: [], steps: [], transitions: [] }]);
});

test('transitions are journaled as events, ticks only as the newest state of their step', async () => {
  const { engine, batches, clock } = makeEngine();
  engine.register(key, work);
  engine.report(key, 'a', { status: 'in_progress', message: '', progress: 0 });
  for (let progress = 10; progress <= 30; progress += 10) {
    clock.now += 1000;
    engine.report(key, 'a', { status: 'in_progress', message: '', progress });
  }
  await engine.flush();
  const journaled = batches.flatMap(({ transitions }) => transitions.map(({ event }) => event));
  expect(told(journaled)).toEqual(['1:pending', '2:a:pending:0', '3:b:pending:0', '4:in_progress', '5:a:in_progress:0']);
  expect(batches.at(-1)?.steps.find(({ step }) => step.step === 'a')?.step.event?.progress).toBe(30);
  expect(batches.at(-1)?.operations[0]?.seq).toBe(8);
});

test('an event is encoded once, and its text is the event', async () => {
  const { engine, published } = makeEngine();
  engine.register(key, work);
  await engine.commit();
  expect(published.map(({ text }) => JSON.parse(text))).toEqual(published.map(({ event }) => event as never));
  expect(published.every(({ userId, operationId }) => userId === key.userId && operationId === key.id)).toBe(true);
});

test('an operation that ended is let go once its end is journaled, not before', async () => {
  const gate = Promise.withResolvers<void>();
  const { engine } = makeEngine({}, () => gate.promise);
  engine.register(key, work);
  for (const step of ['a', 'b']) engine.report(key, step, { status: 'completed', message: '' });
  await Bun.sleep(0);
  expect(engine.find(key)?.state).toBe('completed');
  expect(engine.size).toBe(1);
  gate.resolve();
  await engine.commit();
  expect(engine.find(key)).toBeUndefined();
  expect(engine.size).toBe(0);
  expect(engine.openOf(key.userId)).toEqual([]);
  expect(engine.catchUp(key, undefined)).toBeUndefined();
});

test('stop shows what was held back and leaves no timer behind', async () => {
  const { engine, published } = makeEngine({ tickIntervalMs: 60_000 });
  engine.register(key, work);
  engine.report(key, 'a', { status: 'in_progress', message: '', progress: 1 });
  engine.report(key, 'a', { status: 'in_progress', message: '', progress: 77 });
  await engine.stop();
  expect(published.map(({ event }) => event).findLast(isStepEvent)?.progress).toBe(77);
});
