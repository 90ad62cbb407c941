import { describe, expect, test } from 'bun:test';
import { type NumberFault, readNumber } from './read-number.ts';

const price = { min: 0, max: 1_000_000, decimals: 2 };
const speed = { min: 0.001, max: 100_000, decimals: 3 };
const port = { min: 1, max: 65_535, decimals: 0 };

describe('a number', () => {
  test.each([
    ['24,90', 24.9],
    ['24.90', 24.9],
    [' 24,9 ', 24.9],
    ['24,', 24],
    [',5', 0.5],
    ['0', 0],
    ['1000', 1000],
    ['1.234,56', 1234.56],
    ['1,234.56', 1234.56],
    ['1 234,56', 1234.56],
    ['1.000.000', 1_000_000],
  ])('%p is read alike in both languages', (text, value) => {
    for (const separator of [',', '.']) expect(readNumber(text, price, separator)).toEqual({ value });
  });

  test('with its own separator has three decimals where three are kept', () => {
    expect(readNumber('24,905', speed, ',')).toEqual({ value: 24.905 });
    expect(readNumber('24.905', speed, '.')).toEqual({ value: 24.905 });
    expect(readNumber('0.125', speed, ',')).toEqual({ value: 0.125 });
  });

  test('is not needed', () => {
    expect(readNumber(' ', price, ',')).toEqual({});
  });
});

describe('what is refused and never changed', () => {
  test.each<[string, typeof price, string, NumberFault]>([
    ['24,905', price, ',', 'too_precise'],
    ['24.905', price, ',', 'ambiguous'],
    ['24,905', price, '.', 'ambiguous'],
    ['-3', speed, ',', 'out_of_range'],
    ['0', speed, ',', 'out_of_range'],
    ['100001', speed, ',', 'out_of_range'],
    ['0,0001', speed, ',', 'too_precise'],
    ['12a', price, ',', 'unreadable'],
    ['1e3', price, ',', 'unreadable'],
    ['0x10', price, ',', 'unreadable'],
    ['Infinity', price, ',', 'unreadable'],
    ['-', price, ',', 'unreadable'],
    [',', price, ',', 'unreadable'],
    ['1,2,3', price, ',', 'unreadable'],
    ['1.23,4.5', price, ',', 'unreadable'],
    ['12.34.567', price, ',', 'unreadable'],
    ['99999', port, ',', 'out_of_range'],
    ['0', port, ',', 'out_of_range'],
    ['-1', port, ',', 'out_of_range'],
    ['80,5', port, ',', 'not_whole'],
    ['8.291', port, ',', 'not_whole'],
    ['1e3', port, ',', 'unreadable'],
    ['https', port, ',', 'unreadable'],
  ])('%p', (text, bounds, separator, fault) => {
    expect(readNumber(text, bounds, separator)).toEqual({ fault });
  });
});
