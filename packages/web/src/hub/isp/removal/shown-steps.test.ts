import { expect, test } from 'bun:test';
import { shownSteps } from './shown-steps.ts';

test('all three steps are there before anything is known', () => {
  expect(shownSteps([]).map(({ step, state, message, progress }) => [step, state, message, progress])).toEqual([
    ['remove-service', 'pending', '', 0],
    ['remove-router', 'pending', '', 0],
    ['remove-config', 'pending', '', 0],
  ]);
});

test('a step is as the hub tells, and one that was stopped is stopped', () => {
  const steps = shownSteps([
    { step: 'remove-router', status: 'error', message: 'Detenido', progress: 0, code: 'step.stopped' },
    { step: 'remove-service', status: 'in_progress', message: 'Validando', progress: 40 },
  ]);
  expect(steps.map(({ step, state, message, progress }) => [step, state, message, progress])).toEqual([
    ['remove-service', 'in_progress', 'Validando', 40],
    ['remove-router', 'stopped', 'Detenido', 0],
    ['remove-config', 'pending', '', 0],
  ]);
});
