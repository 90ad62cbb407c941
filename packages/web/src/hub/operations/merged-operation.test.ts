import { describe, expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { OperationResource, StepEvent, StepResource } from '@relevo/protocol';
import { countStates, measuresOf, mergeOperation, newestState } from './merged-operation.ts';

const timestamp = '2026-01-01T00:00:00.000Z';
const step = (name: string, seq: number, more: Partial<StepEvent> = {}): StepEvent => ({
  operation_id: 'a',
  step: name,
  status: 'in_progress',
  message: '',
  progress: 10,
  timestamp,
  seq,
  ...more,
});
const keptStep = (name: string, seq: number): StepResource => ({ ...step(name, seq), started_at: timestamp, ended_at: null });
const kept: OperationResource = {
  operation_id: 'a',
  user_id: 1,
  kind: 'delivery',
  title: 'photo.jpg',
  state: 'in_progress',
  seq: 7,
  created_at: timestamp,
  started_at: timestamp,
  ended_at: null,
  steps: [keptStep('one', 6), keptStep('two', 7)],
};
const live: WatchedOperation = { operation_id: 'a', state: 'pending', kind: '', title: '', seq: 0, timestamp: null, steps: [], event: null, refusal: null };

describe('an operation on its page', () => {
  test('is what the hub keeps until the watcher hears something', () => {
    expect(mergeOperation(kept, live)).toEqual({ ...kept, message: undefined });
  });

  test('takes newer steps from the watcher, keeps newer ones of its own, and the order', () => {
    const merged = mergeOperation(kept, { ...live, seq: 9, steps: [step('two', 5, { progress: 1 }), step('three', 9), step('one', 8, { progress: 80 })] });
    expect(merged.steps.map(({ step, progress }) => [step, progress])).toEqual([
      ['one', 80],
      ['two', 10],
      ['three', 10],
    ]);
  });

  test('keeps what the hub knows a step is about, whatever the watcher hears of it', () => {
    const titled = { ...kept, steps: [{ ...keptStep('one', 6), title: 'Ana · 10.0.0.7' }, keptStep('two', 7)] };
    const merged = mergeOperation(titled, { ...live, seq: 9, steps: [step('two', 8), step('one', 9, { progress: 80 })] });
    expect(merged.steps.map(({ progress, title }) => [progress, title])).toEqual([
      [80, 'Ana · 10.0.0.7'],
      [10, undefined],
    ]);
  });

  test('ends when the watcher says so', () => {
    const event = {
      type: 'operation' as const,
      operation_id: 'a',
      state: 'stopped' as const,
      seq: 9,
      timestamp: '2026-01-01T00:00:09.000Z',
      kind: 'delivery',
      title: 'photo.jpg',
    };
    expect(mergeOperation(kept, { ...live, state: 'stopped', seq: 9, event })).toMatchObject({ state: 'stopped', ended_at: '2026-01-01T00:00:09.000Z' });
  });

  test('does not go back to what an old watch knew', () => {
    const event = { type: 'operation' as const, operation_id: 'a', state: 'pending' as const, seq: 1, timestamp, kind: '', title: '' };
    expect(newestState({ ...kept, state: 'completed' }, { ...live, seq: 1, event })).toBe('completed');
  });

  test('tells how long its steps took, from what the hub kept or when the watcher heard', () => {
    const later = '2026-01-01T00:00:05.000Z';
    const [one, two, three] = mergeOperation(kept, {
      ...live,
      seq: 12,
      steps: [step('one', 10, { status: 'completed', timestamp: later }), step('three', 12, { timestamp: later })],
    }).steps;
    expect([one?.started_at, one?.ended_at]).toEqual([timestamp, later]);
    expect([two?.started_at, two?.ended_at]).toEqual([timestamp, null]);
    expect([three?.started_at, three?.ended_at]).toEqual([later, null]);
  });

  test('says why it was ended, from the hub or from the watcher', () => {
    const event = { type: 'operation' as const, operation_id: 'a', state: 'error' as const, seq: 9, timestamp, kind: '', title: '', message: 'given up' };
    expect(mergeOperation({ ...kept, message: 'kept' }, live).message).toBe('kept');
    expect(mergeOperation(kept, { ...live, state: 'error', seq: 9, event }).message).toBe('given up');
  });
});

describe('the measures of several steps', () => {
  test('add up, and the slowest says how long it still takes', () => {
    expect(
      measuresOf([
        { status: 'in_progress', bytes: 10, total_bytes: 100, rate: 5, eta_ms: 18_000 },
        { status: 'in_progress', bytes: 50, total_bytes: 100, rate: 1, eta_ms: 50_000 },
        { status: 'completed', bytes: 100, total_bytes: 100, rate: 9 },
      ]),
    ).toEqual({ bytes: 160, total_bytes: 300, rate: 6, eta_ms: 50_000, bound_by: undefined });
  });

  test('are bound by what bounds most of those that move', () => {
    const moving = (bound_by: 'disk' | 'network' | undefined) => ({ status: 'in_progress' as const, ...(bound_by && { bound_by }) });
    const ended = { status: 'completed' as const, bound_by: 'disk' as const };
    expect(measuresOf([moving('disk'), moving('network'), moving('network'), moving(undefined), ended, ended]).bound_by).toBe('network');
  });

  test('name no total that only some of them know, and nothing that none does', () => {
    expect(measuresOf([{ status: 'in_progress', bytes: 1, total_bytes: 2 }, { status: 'pending' }]).total_bytes).toBeUndefined();
    expect(measuresOf([])).toEqual({ bytes: undefined, total_bytes: undefined, rate: undefined, eta_ms: undefined, bound_by: undefined });
  });
});

test('steps are counted by how they stand; what a stop ended did not fail', () => {
  const steps = [
    { status: 'error', code: 'router.unreachable' },
    { status: 'pending' },
    { status: 'error' },
    { status: 'error', code: 'step.stopped' },
  ] as const;
  expect(countStates(steps)).toEqual({ pending: 1, in_progress: 0, completed: 0, error: 2, stopped: 1 });
});
