import { beforeAll, describe, expect, test } from 'bun:test';
import { bar, figures } from './bar.ts';
import { bytes, duration } from './figures.ts';
import { languageOf } from './language.ts';
import { positive } from './positive.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

beforeAll(() => {
  process.env.LC_ALL = 'C';
});

test.each([
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'es_AR.UTF-8' }, 'es'],
  [{ LANG: 'es_AR.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'es_AR.UTF-8', LC_ALL: '' }, 'es'],
  [{ LC_MESSAGES: 'ES', LANG: 'de_DE' }, 'es'],
])('the locale %p speaks %s', (env, language) => {
  expect(languageOf(env)).toBe(language as 'en');
});

test.each([
  ['plain ñ 文 👩‍👩‍👧', 'plain ñ 文 👩‍👩‍👧'],
  ['\u001b[2Jgone', '\ufffd[2Jgone'],
  ['a\nb\tc\r\u0007', 'a\ufffdb\ufffdc\ufffd\ufffd'],
  ['\u009b31m', '\ufffd31m'],
  ['invoice\u202etxt.exe', 'invoice\ufffdtxt.exe'],
])('%p is shown as %p', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('a table lines up wide characters and disarms control characters', () => {
  expect(
    table(
      ['ID', 'NAME'],
      [
        ['文文', 'a'],
        ['x\u001b', 'b'],
      ],
    ),
  ).toBe('ID    NAME\n文文  a\nx\ufffd    b');
});

describe('figures', () => {
  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [150_000_000, '143 MiB'],
    [1024 ** 3, '1.0 GiB'],
    [2 ** 53 - 1, '8.0 PiB'],
  ])('%d bytes are %s', (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  test.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [125_000, '2 min 5 s'],
    [3_725_000, '1 h 2 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [null, '[························]'],
    [0, '[························]'],
    [50, '[############············]'],
    [100, '[########################]'],
    [180, '[########################]'],
  ])('%p per cent is %s', (percent, text) => {
    expect(bar(percent)).toBe(text);
  });

  test('of a transfer are shown as far as they are known', () => {
    expect(figures({})).toBe('');
    expect(figures({ bytes: 1024, total: 2048, rate: 512, etaMs: 2000 })).toBe('1.0 KiB / 2.0 KiB · 512 B/s · 2 s');
  });
});

test.each(['0', '-1', '1.5', 'x', '', '1e3', '9'.repeat(16)])('%p is no count', (text) => {
  expect(() => positive(text)).toThrow('whole number');
});

test('a count is a number', () => {
  expect(positive('12')).toBe(12);
});
