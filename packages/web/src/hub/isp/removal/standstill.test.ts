import { expect, test } from 'bun:test';
import type { StepStatus } from '@relevo/protocol';
import { standstillOf } from './standstill.ts';

const names = ['remove-service', 'remove-router', 'remove-config'];

test.each<[string, StepStatus[], boolean, string | null | undefined]>([
  ['that was only registered stands still', [], false, null],
  ['that was asked for just now will move', [], true, undefined],
  ['with a step under way moves', ['completed', 'in_progress', 'pending'], false, undefined],
  ['that was begun again after a failure moves', ['completed', 'in_progress', 'error'], true, undefined],
  ['that waits for the agent will move by itself', ['completed', 'pending', 'pending'], true, undefined],
  ['that failed stands still there', ['completed', 'error', 'pending'], true, 'remove-router'],
  ['whose next step nobody asked for stands still', ['completed', 'pending', 'pending'], false, null],
  ['that is done is done', ['completed', 'completed', 'completed'], false, undefined],
])('a removal %s', (_, statuses, isWorkedOn, expected) => {
  const heard = statuses.map((status, index) => ({ step: names[index] ?? '', status, message: '', progress: 0 }));
  const standstill = standstillOf(heard, isWorkedOn);
  expect(standstill && (standstill.step ?? null)).toBe(expected);
});
