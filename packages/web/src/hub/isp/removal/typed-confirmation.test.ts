import { expect, test } from 'bun:test';
import { isTypedRight } from './typed-confirmation.ts';

const connection = { direccion_ip: '2001:db8::1', cliente: 'Ana  Peña' };

test.each([
  ['2001:db8::1', true],
  ['2001:DB8::1 ', true],
  ['ana peña', true],
  ['Ana Pen\u0303a', true],
  ['', false],
  [' ', false],
  ['ana', false],
  ['2001:db8::', false],
  ['Ana Pena', false],
])('%p', (typed, expected) => {
  expect(isTypedRight(typed, connection)).toBe(expected);
});

test('nothing is not the name of a customer without one', () => {
  expect(isTypedRight(' ', { direccion_ip: '10.0.0.1', cliente: '' })).toBe(false);
});
