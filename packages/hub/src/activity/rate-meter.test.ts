// Rates of an operation over its life: whole, bounded, and not fooled by a step that goes on where it was cut.
import { expect, test } from 'bun:test';
import { RateMeter } from './rate-meter.ts';

const second = 1000;
const start = 1_000_000_000_000;

test('tells a steady rate as it was', () => {
  const meter = new RateMeter(start);
  for (let at = 0; at <= 10 * second; at += 50) meter.moved('a', at * 1000, start + at);
  const { since, interval_ms, rates } = meter.rates();
  expect(since).toBe(new Date(start).toISOString());
  expect(rates.length * interval_ms).toBeGreaterThanOrEqual(10 * second);
  for (const rate of rates.slice(1, -1)) expect(rate).toBe(1_000_000);
});

test('adds up the steps that move at once', () => {
  const meter = new RateMeter(start);
  for (let at = 0; at <= 2 * second; at += 125) for (const step of ['a', 'b', 'c']) meter.moved(step, at, start + at);
  expect(
    meter
      .rates()
      .rates.slice(1, -1)
      .every((rate) => rate === 3000),
  ).toBe(true);
});

test('does not count what a step had before it was first heard of', () => {
  const meter = new RateMeter(start);
  meter.moved('a', 5_000_000_000, start);
  meter.moved('a', 5_000_000_100, start + second);
  expect(meter.rates().rates.reduce((sum, rate) => sum + rate, 0)).toBeLessThan(2000);
});

test('does not go below nothing when a step begins anew', () => {
  const meter = new RateMeter(start);
  meter.moved('a', 0, start);
  meter.moved('a', 1000, start + 100);
  meter.moved('a', 0, start + 600);
  meter.moved('a', 500, start + 1100);
  expect(meter.rates().rates.every((rate) => rate >= 0)).toBe(true);
});

test('has a bounded number of points however long it lasts, and still all bytes', () => {
  const meter = new RateMeter(start);
  const hours = 5 * 3600;
  for (let seconds = 0; seconds <= hours; seconds += 1) meter.moved('a', seconds * 1000, start + seconds * second);
  const { rates, interval_ms } = meter.rates();
  expect(rates.length).toBeLessThanOrEqual(240);
  expect(rates.length).toBeGreaterThan(60);
  const moved = rates.slice(0, -1).reduce((sum, rate) => sum + (rate * interval_ms) / 1000, 0);
  expect(moved).toBeGreaterThan(hours * 1000 * 0.98);
  expect(moved).toBeLessThanOrEqual(hours * 1000);
});

test('stands still as zeros while nothing moves', () => {
  const meter = new RateMeter(start);
  meter.moved('a', 0, start);
  meter.moved('a', 1000, start + 100);
  meter.moved('a', 1000, start + 5 * second);
  const { rates } = meter.rates();
  expect(rates.slice(2).every((rate) => rate === 0)).toBe(true);
});
