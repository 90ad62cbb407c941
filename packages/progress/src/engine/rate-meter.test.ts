// Rate and time left from what was done when.
import { expect, test } from 'bun:test';
import { RateMeter } from './rate-meter.ts';

function steady(bytesPerSecond: number, fromMs: number, toMs: number, meter = new RateMeter(), startBytes = 0): RateMeter {
  for (let at = fromMs; at <= toMs; at += 50) meter.add(startBytes + ((at - fromMs) * bytesPerSecond) / 1000, at);
  return meter;
}

test('tells nothing until there is enough to tell', () => {
  const meter = new RateMeter();
  expect(meter.rate()).toBeUndefined();
  meter.add(0, 0);
  expect(meter.rate()).toBeUndefined();
  meter.add(1000, 100);
  expect(meter.rate()).toBeUndefined();
  expect(meter.etaMs(5000)).toBeUndefined();
});

test('is the bytes per second of a steady flow', () => {
  expect(steady(1000, 0, 3000).rate()).toBe(1000);
});

test('forgets a fast beginning after its window', () => {
  const meter = steady(1_000_000, 0, 1000);
  steady(100, 1050, 9000, meter, 1_000_000);
  expect(meter.rate()).toBeLessThan(150);
});

test('is 0 in a stall, and then no time left is told', () => {
  const meter = new RateMeter();
  for (let at = 0; at <= 1000; at += 100) meter.add(500, at);
  expect(meter.rate()).toBe(0);
  expect(meter.etaMs(1000)).toBeUndefined();
});

test('is never negative, even when a transfer begins anew', () => {
  const meter = new RateMeter();
  meter.add(1000, 0);
  meter.add(0, 500);
  expect(meter.rate()).toBe(0);
});

test('tells the time left at that rate, and 0 when more was done than there is', () => {
  expect(steady(1000, 0, 2000).etaMs(4000)).toBe(2000);
  expect(steady(1000, 0, 2000).etaMs(1000)).toBe(0);
});
