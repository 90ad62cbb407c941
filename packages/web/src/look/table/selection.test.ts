// Choosing rows, as somebody does with a mouse and Shift.
import { describe, expect, test } from 'bun:test';
import { type Chosen, extend, nothingChosen, toggle, toggleAll } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const keysOf = ({ keys }: Chosen) => [...keys].sort().join('');

describe('a toggle', () => {
  test('chooses, and takes back', () => {
    const once = toggle(nothingChosen, 'b');
    expect(keysOf(once)).toBe('b');
    expect(keysOf(toggle(once, 'b'))).toBe('');
  });

  test('leaves what it was given', () => {
    toggle(nothingChosen, 'b');
    expect(nothingChosen.keys.size).toBe(0);
  });
});

test.each([
  ['downwards', 'b', 'd', 'bcd'],
  ['upwards', 'd', 'b', 'bcd'],
  ['over itself', 'c', 'c', 'c'],
  ['to the end', 'a', 'e', 'abcde'],
])('a range goes %s', (_, from, to, expected) => {
  expect(keysOf(extend(toggle(nothingChosen, from), order, to))).toBe(expected);
});

test('a range from a row that was let go lets the others go', () => {
  const all = toggleAll(nothingChosen, order);
  expect(keysOf(extend(toggle(all, 'b'), order, 'd'))).toBe('ae');
});

test('a range keeps what lies outside, and its anchor for the next', () => {
  const first = extend(toggle(toggle(nothingChosen, 'e'), 'a'), order, 'b');
  expect(keysOf(first)).toBe('abe');
  expect(keysOf(extend(first, order, 'c'))).toBe('abce');
});

test.each([
  ['without an anchor', nothingChosen],
  ['from a row that is gone', { keys: new Set<string>(), anchor: 'x' }],
])('a range %s is a toggle', (_, chosen) => {
  expect(keysOf(extend(chosen, order, 'c'))).toBe('c');
});

test('all are chosen, and let go only when all were chosen', () => {
  expect(keysOf(toggleAll(toggle(nothingChosen, 'b'), order))).toBe('abcde');
  expect(keysOf(toggleAll(toggleAll(nothingChosen, order), order))).toBe('');
  expect(keysOf(toggleAll(nothingChosen, []))).toBe('');
});
