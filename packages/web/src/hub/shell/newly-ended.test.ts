// When an end is worth a notice.
import { expect, test } from 'bun:test';
import { newlyEnded } from './newly-ended.ts';

const running = { operation_id: 'a', state: 'in_progress' } as const;

test('an operation that ends after long is told, once', () => {
  const first = newlyEnded([running], new Map(), 0, 10);
  expect(first.ended).toEqual([]);
  const again = newlyEnded([running], first.open, 5, 10);
  const done = { operation_id: 'a', state: 'completed' } as const;
  const second = newlyEnded([done], again.open, 10, 10);
  expect(second.ended).toEqual([done]);
  expect(newlyEnded([done], second.open, 20, 10).ended).toEqual([]);
});

test.each([
  ['that ended soon', 9, new Map([['a', 0]])],
  ['that was never seen open', 100, new Map()],
])('one %s is not', (_, now, open) => {
  expect(newlyEnded([{ operation_id: 'a', state: 'error' }], open, now, 10).ended).toEqual([]);
});

test('one that was reopened counts anew', () => {
  const { open } = newlyEnded([{ operation_id: 'a', state: 'stopped' }], new Map([['a', 0]]), 5, 10);
  expect(newlyEnded([running], open, 7, 10).open.get('a')).toBe(7);
});
