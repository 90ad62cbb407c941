import { describe, expect, test } from 'bun:test';
import type { OperationEvent, StepEvent } from '@relevo/protocol';
import { applyEvent, snapshotEvents, unknownOperation } from './watched-operation.ts';

const timestamp = '2026-01-01T00:00:00.000Z';
const step = (seq: number, more: Partial<StepEvent> = {}): StepEvent => ({
  operation_id: 'a',
  step: 'one',
  status: 'in_progress',
  message: '',
  progress: seq,
  timestamp,
  seq,
  ...more,
});
const state = (seq: number, value: OperationEvent['state'], more: Partial<OperationEvent> = {}): OperationEvent => ({
  type: 'operation',
  operation_id: 'a',
  state: value,
  seq,
  timestamp,
  kind: 'delivery',
  title: 'photo.jpg',
  ...more,
});

describe('an operation that is watched', () => {
  const started = [state(1, 'in_progress'), step(2), step(3)].reduce(applyEvent, unknownOperation('a'));

  test('holds the newest event of each step', () => {
    expect(applyEvent(started, step(4, { step: 'two' })).steps.map(({ step, seq }) => [step, seq])).toEqual([
      ['one', 3],
      ['two', 4],
    ]);
  });

  test.each([
    ['the last event again', step(3)],
    ['an older event', step(2)],
    ['an older state', state(1, 'pending')],
    ['a snapshot of what is known', step(3, { snapshot: true })],
  ])('stays the same object after %s', (_, event) => {
    expect(applyEvent(started, event)).toBe(started);
  });

  test('takes a snapshot that is ahead, then only what follows it', () => {
    const ahead = applyEvent(started, step(40, { snapshot: true, progress: 80 }));
    expect(ahead).toMatchObject({ seq: 40, steps: [{ progress: 80 }] });
    expect(applyEvent(ahead, step(39))).toBe(ahead);
    expect(applyEvent(ahead, step(41)).seq).toBe(41);
  });

  test('takes the word of a hub that came back without the last percentages', () => {
    const back = applyEvent(started, step(2, { snapshot: true }));
    expect(back.seq).toBe(2);
    expect(applyEvent(back, step(3, { progress: 9 })).steps[0]?.progress).toBe(9);
  });

  test('never leaves an end', () => {
    const ended = applyEvent(started, state(4, 'completed'));
    expect(applyEvent(ended, state(5, 'in_progress'))).toBe(ended);
  });

  test('is told to somebody who joins late in the order of its numbers', () => {
    const events = snapshotEvents(applyEvent(started, state(4, 'completed')));
    expect(events.map(({ seq, snapshot }) => [seq, snapshot])).toEqual([
      [3, true],
      [4, true],
    ]);
    expect(events.reduce(applyEvent, unknownOperation('a'))).toMatchObject({ state: 'completed', seq: 4, title: 'photo.jpg' });
  });
});
