import { describe, expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { OperationResource, StepEvent, StepResource } from '@relevo/protocol';
import { mergeOperation, newestState } from './merged-operation.ts';

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
