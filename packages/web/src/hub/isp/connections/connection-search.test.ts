import { expect, test } from 'bun:test';
import { connectionSearchOf } from './connection-search.ts';

test.each<[string, Record<string, unknown>, object]>([
  [
    'everything is kept',
    { q: 'ana', state: 'suspendida', router: 2, service: '3', customer: 4, sort: '-created_at', import: 'import-1' },
    { q: 'ana', state: 'suspendida', router: 2, service: 3, customer: 4, sort: '-created_at', import: 'import-1' },
  ],
  ['nothing is needed', {}, {}],
  ['a number is a search too', { q: 10 }, { q: '10' }],
  ['a long search is cut', { q: 'x'.repeat(999) }, { q: 'x'.repeat(200) }],
  ['a state that is none is left out', { state: 'active' }, {}],
  ['an id that is none is left out', { router: -1, service: 1.5, customer: 'x' }, {}],
  ['an operation that cannot be one is left out', { import: 'a b' }, {}],
  ['an order that cannot be one is left out', { sort: 'name; drop' }, {}],
])('%s', (_, raw, expected) => {
  expect(connectionSearchOf(raw)).toEqual(expected);
});
