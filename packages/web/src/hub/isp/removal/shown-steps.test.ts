import { expect, test } from 'bun:test';
import type { StepStatus } from '@relevo/protocol';
import type { Answer } from './next-move.ts';
import { shownSteps } from './shown-steps.ts';

const done: Answer = { state: 'done', message: 'Asignación eliminada' };
const refused: Answer = { state: 'refused', message: 'no' };

test.each<[string, StepStatus | undefined, Answer | undefined, [string, string, number | null]]>([
  ['waits before anything is known', undefined, undefined, ['pending', '', 0]],
  ['is as the hub tells', 'in_progress', { state: 'sent' }, ['in_progress', 'said', 40]],
  ['is done when its answer comes first', 'in_progress', done, ['completed', 'Asignación eliminada', 100]],
  ['keeps what the hub said at its end', 'completed', done, ['completed', 'said', 40]],
  ['failed when only the answer says so', undefined, refused, ['error', 'no', 0]],
  ['goes on when the hub says so, whatever was answered', 'in_progress', refused, ['in_progress', 'said', 40]],
  ['is under way when it is tried again', 'error', { state: 'sent' }, ['in_progress', '', null]],
  ['waits for the agent', 'pending', { state: 'late' }, ['pending', 'said', 40]],
  ['failed after a late answer', 'error', { state: 'late' }, ['error', 'said', 40]],
])('a step %s', (_, status, answer, expected) => {
  const heard = status === undefined ? [] : [{ step: 'remove-service', status, message: 'said', progress: 40 }];
  const [first] = shownSteps(heard, answer ? { 'remove-service': answer } : {});
  expect([first?.state, first?.message, first?.progress] as unknown).toEqual(expected);
});

test('a step that was stopped is stopped, and all three are always there', () => {
  const steps = shownSteps([{ step: 'remove-router', status: 'error', message: 'Detenido', progress: 0, code: 'step.stopped' }], {});
  expect(steps.map(({ step, state }) => [step, state])).toEqual([
    ['remove-service', 'pending'],
    ['remove-router', 'stopped'],
    ['remove-config', 'pending'],
  ]);
});
