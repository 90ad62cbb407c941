import { expect, test } from 'bun:test';
import { stateOfStep } from './step-state.ts';

test.each([
  ['stopped', 'error', 'step.stopped'],
  ['error', 'error', 'delivery.disk_full'],
  ['error', 'error', undefined],
  ['in_progress', 'in_progress', 'step.stopping'],
  ['in_progress', 'in_progress', 'step.stopped'],
  ['completed', 'completed', 'step.stopped'],
] as const)('a step is %s with status %s and code %s', (expected, status, code) => {
  expect(stateOfStep({ status, ...(code && { code }) })).toBe(expected);
});
