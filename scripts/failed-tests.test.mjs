import { expect, test } from 'bun:test';
import { collectFailures } from './failed-tests.mjs';

const output = `bun test v1.4.4
\u001b[2mpackages/a/src/one.test.ts:\u001b[22m
said by one that holds
\u001b[32m(pass)\u001b[39m it holds [1.00ms]
said by one that fails
error: expect(received).toBe(expected)
\u001b[31m(fail)\u001b[39m it fails [2.00ms]
(skip) it is left out
packages/b/src/two.test.ts:
(fail) it is too late [300.01ms]
  ^ this test timed out after 300ms.
(pass) it holds too [0.08ms]

2 tests failed:
(fail) it fails [2.00ms]
(fail) it is too late [300.01ms]
`;

const expected = [
  '\u001b[2mpackages/a/src/one.test.ts:\u001b[22m\nsaid by one that fails\nerror: expect(received).toBe(expected)\n\u001b[31m(fail)\u001b[39m it fails [2.00ms]',
  'packages/b/src/two.test.ts:\n(fail) it is too late [300.01ms]\n  ^ this test timed out after 300ms.',
];

test.each([1, 7, output.length])('finds each failed test once, with its file and what it printed, in chunks of %d', (length) => {
  const { take, failures } = collectFailures();
  for (let at = 0; at < output.length; at += length) take(output.slice(at, at + length));
  expect(failures).toEqual(expected);
});

test('keeps the last lines of one that printed many', () => {
  const { take, failures } = collectFailures();
  take(`a.test.ts:\n${Array.from({ length: 1000 }, (_, index) => `line ${index}`).join('\n')}\n(fail) it fails\n`);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('line 999\n(fail) it fails');
  expect(failures[0]).not.toContain('line 500\n');
});
