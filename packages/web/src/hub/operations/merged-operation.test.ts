import { describe, expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { OperationResource, StepEvent, StepResource } from '@relevo/protocol';
import { mergeOperation, newestState, overallProgress, type ShownStep, stateOfStep } from './merged-operation.ts';

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
    expect(mergeOperation(kept, live)).toEqual({ ...kept });
  });

  test('takes newer steps from the watcher, keeps newer ones of its own, and the order', () => {
    const merged = mergeOperation(kept, { ...live, seq: 9, steps: [step('two', 5, { progress: 1 }), step('three', 9), step('one', 8, { progress: 80 })] });
    expect(merged.steps.map(({ step, progress }) => [step, progress])).toEqual([
      ['one', 80],
      ['two', 10],
      ['three', 10],
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
});

test.each([
  ['stopped', 'error', 'step.stopped'],
  ['error', 'error', 'delivery.disk_full'],
  ['error', 'error', undefined],
  ['in_progress', 'in_progress', 'step.stopping'],
  ['in_progress', 'in_progress', 'step.stopped'],
  ['completed', 'completed', 'step.stopped'],
] as const)('a step is %s with status %s and code %s', (expected, status, code) => {
  expect(stateOfStep(step('one', 1, { status, ...(code && { code }) }))).toBe(expected);
});

test.each<[string, number | null, ShownStep[]]>([
  ['nothing is known without steps', null, []],
  ['bytes count where all steps have them', 25, [step('one', 1, { bytes: 50, total_bytes: 100 }), step('two', 2, { bytes: 0, total_bytes: 100 })]],
  ['a completed step counts whole', 50, [step('one', 1, { status: 'completed', progress: 100, total_bytes: 100 }), step('two', 2, { total_bytes: 100 })]],
  ['the mean of the steps counts otherwise', 55, [step('one', 1, { status: 'completed', progress: 100 }), step('two', 2)]],
  ['an empty file is no division by zero', 10, [step('one', 1, { bytes: 0, total_bytes: 0 })]],
  ['nobody can tell', null, [step('one', 1, { progress: null })]],
])('overall progress: %s', (_, expected, steps) => {
  expect(overallProgress('in_progress', steps)).toBe(expected);
});

test('a completed operation is whole whatever its steps say', () => {
  expect(overallProgress('completed', [step('one', 1)])).toBe(100);
});
