import { describe, expect, test } from 'bun:test';
import { createFormats } from './formats.ts';

const en = createFormats('en-US');
const es = createFormats('es-ES');

test.each([
  [0, '0 bytes', '0 bytes'],
  [1, '1 byte', '1 byte'],
  [999, '999 bytes', '999 bytes'],
  [1000, '1.0 kB', '1,0 kB'],
  [999_949, '999.9 kB', '999,9 kB'],
  [999_999, '1.0 MB', '1,0 MB'],
  [60_000_000, '60.0 MB', '60,0 MB'],
  [1_500_000_000_000, '1.5 TB', '1,5 TB'],
  [1_500_000_000_000_000, '1,500.0 TB', '1500,0 TB'],
])('%d bytes', (count, english, spanish) => {
  expect([en.bytes(count), es.bytes(count).replace(/\u00a0/g, ' ')]).toEqual([english, spanish]);
});

test.each([
  [0, '0 sec'],
  [400, '0 sec'],
  [59_600, '1 min'],
  [61_000, '1 min 1 sec'],
  [3_600_000, '1 hr'],
  [3_660_000, '1 hr 1 min'],
  [90_061_000, '1 day 1 hr'],
])('a duration of %d ms', (milliseconds, text) => {
  expect(en.duration(milliseconds)).toBe(text);
});

test('days are written out in every variant', () => {
  const durations = ['en', 'es', 'es-AR', 'es-MX'].map((locale) => createFormats(locale).duration(6 * 86_400_000));
  expect(durations).toEqual(['6 days', '6 días', '6 días', '6 días']);
});

describe('a relative time', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  test.each([
    ['2026-01-01T23:59:50Z', 'a moment ago', 'hace un momento'],
    ['2026-01-02T00:00:04Z', 'a moment ago', 'hace un momento'],
    ['2026-01-02T00:00:30Z', 'now', 'ahora'],
    ['2026-01-01T23:58:00Z', '2 minutes ago', 'hace 2 minutos'],
    ['2026-01-01T21:00:00Z', '3 hours ago', 'hace 3 horas'],
    ['2026-01-01T00:00:00Z', 'yesterday', 'ayer'],
    ['2026-01-02T00:05:00Z', 'in 5 minutes', 'dentro de 5 minutos'],
  ])('of %s', (iso, english, spanish) => {
    expect([en.relative(iso, now), es.relative(iso, now)]).toEqual([english, spanish]);
  });
});

test('a percentage is rounded down, so that 100% means the end', () => {
  expect([en.percent(99.99), en.percent(100)]).toEqual(['99%', '100%']);
});

test('a rate tells its unit', () => {
  expect(en.rate(12_340_000)).toBe('12.3 MB/s');
});

test('a number in a field has no groups, which the field would have to tell from decimals', () => {
  expect([en.typed(1234.5, 2), es.typed(1234.5, 2), es.typed(0.125), es.typed(40_000)]).toEqual(['1234.50', '1234,50', '0,125', '40000']);
  expect([en.decimalSeparator, es.decimalSeparator]).toEqual(['.', ',']);
});
