import { expect, test } from 'bun:test';
import { overallProgress } from './overall-progress.ts';

type Steps = Parameters<typeof overallProgress>[1];
type Step = Steps[number];

const moving = (more: Partial<Step> = {}): Step => ({ status: 'in_progress', progress: 10, ...more });
const done = (more: Partial<Step> = {}): Step => ({ status: 'completed', progress: 100, ...more });

test.each<[string, number | null, Steps]>([
  ['nothing is known without steps', null, []],
  ['bytes count where all steps have them', 25, [moving({ bytes: 50, total_bytes: 100 }), moving({ bytes: 0, total_bytes: 100 })]],
  ['a completed step counts whole', 50, [done({ total_bytes: 100 }), moving({ total_bytes: 100 })]],
  ['the mean of the steps counts otherwise', 55, [done(), moving()]],
  ['an empty file is no division by zero', 10, [moving({ bytes: 0, total_bytes: 0 })]],
  ['nobody can tell', null, [moving({ progress: null })]],
])('overall progress: %s', (_, expected, steps) => {
  expect(overallProgress('in_progress', steps)).toBe(expected);
});

test('a completed operation is whole whatever its steps say', () => {
  expect(overallProgress('completed', [moving()])).toBe(100);
});
