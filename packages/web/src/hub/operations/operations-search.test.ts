// The filters of the list as an address may have them.
import { expect, test } from 'bun:test';
import { operationsSearchOf } from './operations-search.ts';

test.each([
  [{}, {}],
  [
    { state: 'error', kind: 'delivery', query: 'photo', whose: 'mine' },
    { state: 'error', kind: 'delivery', query: 'photo', whose: 'mine' },
  ],
  // An address of digits is read as a number.
  [{ query: 2026 }, { query: '2026' }],
  [{ state: 'broken', kind: 7, query: '', whose: 'everybody' }, {}],
  [{ state: ['error'], query: { a: 1 }, other: 'x' }, {}],
  [{ query: 'x'.repeat(500) }, { query: 'x'.repeat(128) }],
] as const)('%p is read as %p', (search, expected) => {
  expect(operationsSearchOf(search)).toEqual({ ...expected });
});
