// Whatever is reported and whoever watches when: every watcher sees numbers that go up by one, leaps by snapshots only, and the end last.
import { expect, test } from 'bun:test';
import { isEnded, isStepEvent, type ProgressEvent, type StepStatus } from '@relevo/protocol';
import fc from 'fast-check';
import { key, makeEngine, work } from './engine.fixture.ts';
import { EngineRefusal } from './engine.ts';
import type { Published } from './journal.ts';

/** A watcher as the hub makes one: catches up, then follows what is published; leaves and comes back with the last number it has. */
class ModelWatcher {
  seen: ProgressEvent[] = [];
  connected = false;

  get last(): number {
    return Math.max(0, ...this.seen.map(({ seq }) => seq));
  }

  come(missed: readonly ProgressEvent[] | undefined): void {
    if (this.connected || missed === undefined) return;
    this.connected = true;
    this.seen.push(...missed);
  }

  hear(batch: readonly Published[]): void {
    if (this.connected) this.seen.push(...batch.map(({ event }) => event));
  }
}

type Command =
  | { type: 'report'; step: string; status: StepStatus; progress: number }
  | { type: 'tick'; step: string; progress: number }
  | { type: 'time'; ms: number }
  | { type: 'journal' }
  | { type: 'come'; watcher: number }
  | { type: 'leave'; watcher: number }
  | { type: 'close' };

const step = fc.constantFrom('a', 'b', 'c');
const progress = fc.integer({ min: -10, max: 120 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('tick' as const), step, progress }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('report' as const),
      step,
      status: fc.constantFrom<StepStatus>('pending', 'in_progress', 'completed', 'error'),
      progress,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 80 }) }) },
  { weight: 3, arbitrary: fc.constant({ type: 'journal' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('come' as const), watcher: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), watcher: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'close' as const }) },
);

/** The operation and its two declared steps are announced first. */
const declared = 3;

function ignoreRefusal(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
  }
}

interface Outcome {
  watchers: ModelWatcher[];
  /** Everything published. */
  whole: ProgressEvent[];
  /** Changes of status that the engine took, as `step:status`. */
  taken: string[];
}

async function run(commands: readonly Command[], replayMax: number): Promise<Outcome> {
  const taken: string[] = [];
  const { engine, published, clock } = makeEngine({ tickIntervalMs: 50, replayMax });
  const watchers = [new ModelWatcher(), new ModelWatcher(), new ModelWatcher()];
  let heard = 0;
  const deliver = () => {
    const batch = published.slice(heard);
    heard = published.length;
    for (const watcher of watchers) watcher.hear(batch);
  };
  const report = (name: string, status: StepStatus, value: number) =>
    ignoreRefusal(() => {
      const before = engine.find(key)?.steps.get(name)?.event?.status;
      engine.report(key, name, { status, message: '', progress: value });
      if (status !== 'in_progress' || before !== 'in_progress') taken.push(`${name}:${status}`);
    });
  engine.register(key, { ...work, endsWithSteps: false });
  for (const next of commands) {
    // What was published before this command has reached those who watch.
    deliver();
    switch (next.type) {
      case 'tick':
        report(next.step, 'in_progress', next.progress);
        break;
      case 'report':
        report(next.step, next.status, next.progress);
        break;
      case 'time':
        clock.now += next.ms;
        break;
      case 'journal':
        await engine.commit();
        break;
      case 'come': {
        const watcher = watchers[next.watcher];
        watcher?.come(engine.catchUp(key, watcher.last === 0 ? undefined : watcher.last));
        break;
      }
      case 'leave': {
        const watcher = watchers[next.watcher];
        if (watcher) watcher.connected = false;
        break;
      }
      case 'close':
        ignoreRefusal(() => engine.close(key, { message: 'closed' }, 'stopped'));
        break;
    }
  }
  deliver();
  // In the end everybody is there, and it ends.
  for (const watcher of watchers) watcher.come(engine.catchUp(key, watcher.last === 0 ? undefined : watcher.last));
  ignoreRefusal(() => engine.close(key, { message: 'closed' }, 'stopped'));
  await engine.stop();
  deliver();
  return { watchers, whole: published.map(({ event }) => event), taken };
}

function faults(events: readonly ProgressEvent[]): string[] {
  const found: string[] = [];
  let last = 0;
  let ended = false;
  for (const event of events) {
    if (!event.snapshot && event.seq !== last + 1) found.push(`${event.seq} after ${last}`);
    if (ended && !event.snapshot) found.push(`${event.seq} after the end`);
    last = Math.max(last, event.seq);
    ended ||= !isStepEvent(event) && isEnded(event.state);
  }
  return found;
}

test('any interleaving of reports, ticks, time, stops and watchers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), async (commands, replayMax) => {
      const { watchers, whole } = await run(commands, replayMax);
      expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, index) => index + 1));
      const end = whole.at(-1);
      expect(end && !isStepEvent(end) && isEnded(end.state)).toBe(true);
      for (const { seen, connected } of watchers) {
        expect(faults(seen)).toEqual([]);
        // Every event that was shown is one that was made, and who was there at the end saw the end.
        for (const event of seen)
          expect({ ...event, snapshot: undefined, position: undefined }).toEqual({
            ...whole[event.seq - 1],
            snapshot: undefined,
            position: undefined,
          } as never);
        if (connected) expect(seen.at(-1)?.seq).toBe(whole.length);
      }
    }),
    { numRuns: 400 },
  );
});

test('every transition that the engine took is shown, and no percentage of a running step falls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const { whole, taken } = await run(commands, 8);
      const shown: string[] = [];
      const status = new Map<string, StepStatus>();
      const floor = new Map<string, number>();
      for (const event of whole.filter(isStepEvent)) {
        const before = status.get(event.step) ?? 'pending';
        if (event.status === 'in_progress' && before === 'in_progress') expect(event.progress ?? 0).toBeGreaterThanOrEqual(floor.get(event.step) ?? 0);
        if (event.status === 'completed') expect(event.progress).toBe(100);
        if (event.status === 'error' || event.status === 'pending') expect(event.progress).toBe(0);
        expect(event.progress ?? 0).toBeWithin(0, 101);
        if (event.seq > declared && event.message !== 'closed' && (event.status !== 'in_progress' || before !== 'in_progress'))
          shown.push(`${event.step}:${event.status}`);
        status.set(event.step, event.status);
        floor.set(event.step, event.status === 'in_progress' ? (event.progress ?? 0) : 0);
      }
      expect(shown).toEqual(taken);
    }),
    { numRuns: 300 },
  );
});
