// The rate over a sliding window, on a clock of the test's own.
import { expect, test } from 'bun:test';
import { createTransferRate } from './transfer-rate.ts';

function clocked(windowMs: number) {
  const clock = { now: 0 };
  return { clock, meter: createTransferRate(windowMs, () => clock.now) };
}

test('is nothing before anything came', () => {
  expect(clocked(1000).meter.rate()).toBe(0);
});

test('is bytes per second', () => {
  const { clock, meter } = clocked(1000);
  for (let at = 100; at <= 1000; at += 100) {
    clock.now = at;
    meter.add(50);
  }
  expect(meter.rate()).toBe(500);
});

test('forgets what is older than the window', () => {
  const { clock, meter } = clocked(1000);
  clock.now = 500;
  meter.add(1_000_000);
  for (let at = 600; at <= 3000; at += 100) {
    clock.now = at;
    meter.add(10);
  }
  expect(meter.rate()).toBeLessThan(150);
});

test('falls to nothing while nothing comes', () => {
  const { clock, meter } = clocked(1000);
  clock.now = 100;
  meter.add(1000);
  clock.now = 5000;
  expect(meter.rate()).toBe(0);
});

test('keeps few samples however often it is told', () => {
  const { clock, meter } = clocked(1000);
  for (let at = 1; at <= 2000; at += 1) {
    clock.now = at;
    meter.add(1);
  }
  expect(meter.rate()).toBeGreaterThan(900);
  expect(meter.rate()).toBeLessThan(1100);
});
