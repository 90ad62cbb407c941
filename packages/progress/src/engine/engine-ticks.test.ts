// Ticks are coalesced at the source, the newest wins, and a transition is never lost to one.
import { describe, expect, test } from 'bun:test';
import { isStepEvent } from '@relevo/protocol';
import { key, makeEngine, type TestEngine, told, work } from './engine.fixture.ts';

function tick({ engine }: TestEngine, progress: number | undefined, step = 'a', more: object = {}): void {
  engine.report(key, step, { status: 'in_progress', message: 'going', progress, ...more });
}

async function begun(limits = {}): Promise<TestEngine> {
  const made = makeEngine({ tickIntervalMs: 50, ...limits });
  made.engine.register(key, work);
  tick(made, 0);
  await made.engine.commit();
  made.published.length = 0;
  return made;
}

describe('ticks', () => {
  test('within the interval are held, and the newest is shown when it is over', async () => {
    const made = await begun();
    for (let progress = 1; progress <= 40; progress++) tick(made, progress);
    await made.engine.commit();
    expect(made.published).toEqual([]);
    made.clock.now += 50;
    // The engine's own timer finds that the interval is over.
    while (made.published.length === 0) await Bun.sleep(1);
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:40']);
  });

  test('that are held are known to whoever asks, under the number that was shown last', async () => {
    const made = await begun();
    expect(made.engine.told(key)).toBe(made.engine.find(key));
    const event = () => made.engine.told(key)?.steps.get('a')?.event;
    tick(made, 30, 'a', { message: 'half', bytes: 3 });
    expect(event()).toMatchObject({ seq: 5, status: 'in_progress', message: 'half', progress: 30, bytes: 3 });
    // What somebody was told does not fall.
    tick(made, 20, 'a', { message: 'half' });
    expect(event()).toMatchObject({ seq: 5, progress: 30, bytes: 3 });
    expect(made.engine.find(key)?.steps.get('a')?.event).toMatchObject({ seq: 5, message: 'going', progress: 0 });
    expect(made.engine.find(key)?.seq).toBe(5);
    await made.engine.flush();
    expect(made.published.map(({ event }) => event)).toMatchObject([{ seq: 6, message: 'half', progress: 30 }]);
    expect(made.engine.told(key)).toBe(made.engine.find(key));
    expect(made.engine.told({ ...key, id: 'other' })).toBeUndefined();
  });

  test('further apart than the interval are all shown', async () => {
    const made = await begun();
    for (let progress = 10; progress <= 30; progress += 10) {
      made.clock.now += 51;
      tick(made, progress);
    }
    await made.engine.commit();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:10', '7:a:in_progress:20', '8:a:in_progress:30']);
  });

  test('that say another thing by their code are no ticks: each is shown at once', async () => {
    const made = await begun();
    for (const [progress, code] of [
      [10, 'connecting'],
      [20, 'connecting'],
      [30, 'removing'],
    ] as const)
      tick(made, progress, 'a', { code });
    await made.engine.commit();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:10', '7:a:in_progress:30']);
  });

  test('that are lossless by what they are, are no ticks: each is shown at once', async () => {
    const made = await begun();
    for (const progress of [10, 20]) tick(made, progress, 'a', { code: 'removing', lossless: true });
    tick(made, 30, 'a', { code: 'removing' });
    tick(made, 40, 'a', { code: 'removing', lossless: true });
    await made.engine.commit();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:10', '7:a:in_progress:20', '8:a:in_progress:40']);
  });

  test('of one step do not hold back those of another', async () => {
    const made = await begun();
    tick(made, 5, 'b');
    tick(made, 6, 'a');
    await made.engine.commit();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:b:in_progress:5']);
  });

  test('win member by member: one that says less does not undo what the last one said', async () => {
    const made = await begun();
    tick(made, 20, 'a', { bytes: 200, total_bytes: 1000 });
    tick(made, undefined, 'a', { rate: 5 });
    await made.engine.flush();
    expect(made.published[0]?.event).toMatchObject({ progress: 20, bytes: 200, total_bytes: 1000, rate: 5 });
  });

  test('held when the clock jumps back are shown all the same', async () => {
    const made = await begun();
    tick(made, 10);
    made.clock.now -= 3_600_000;
    while (made.published.length === 0) await Bun.sleep(1);
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:10']);
  });

  test('reported after the clock jumped back are not held for an hour', async () => {
    const made = await begun();
    made.clock.now -= 3_600_000;
    tick(made, 10);
    await made.engine.commit();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:10']);
  });
});

describe('a transition', () => {
  test('is shown at once and takes the place of the tick that was held', async () => {
    const made = await begun();
    tick(made, 60);
    made.engine.report(key, 'a', { status: 'completed', message: 'done' });
    await made.engine.flush();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:completed:100']);
  });

  test('of every kind is shown, however fast they come', async () => {
    const made = await begun();
    const statuses = ['error', 'in_progress', 'error', 'in_progress', 'completed'] as const;
    for (const status of statuses) {
      made.engine.report(key, 'a', { status, message: '' });
      if (status === 'in_progress') tick(made, 50);
    }
    await made.engine.flush();
    expect(
      made.published
        .map(({ event }) => event)
        .filter(isStepEvent)
        .map(({ status }) => status),
    ).toEqual([...statuses]);
  });

  test('a tick that was held is not shown after the operation ended', async () => {
    const made = await begun();
    tick(made, 60);
    made.engine.end(key, 'error');
    await made.engine.flush();
    expect(told(made.published.map(({ event }) => event))).toEqual(['6:a:in_progress:60', '7:error']);
  });
});
