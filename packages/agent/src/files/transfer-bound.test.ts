import { expect, test } from 'bun:test';
import type { TransferBound } from '@relevo/protocol';
import { createBoundMeter } from './transfer-bound.ts';

function meterOf(...looks: [times: number, waits: TransferBound[]][]) {
  const meter = createBoundMeter(20);
  for (const [times, waits] of looks) for (let time = 0; time < times; time += 1) meter.look(waits);
  return meter;
}

test('nothing is said of a transfer that was hardly looked at', () => {
  expect(meterOf([7, ['network']]).bound()).toBeUndefined();
  expect(meterOf([8, ['network']]).bound()).toBe('network');
});

test('what most of the ranges wait for most of the time bounds the transfer', () => {
  expect(meterOf([10, ['network', 'network', 'disk', 'network']]).bound()).toBe('network');
  expect(meterOf([2, ['network']], [10, ['disk', 'disk', 'network']]).bound()).toBe('disk');
});

test('a moment counts the same with one range as with many', () => {
  expect(meterOf([11, ['disk']], [9, ['network', 'network', 'network', 'network']]).bound()).toBe('disk');
});

test('moments without a range are passed over, and when there is nothing else nothing is said', () => {
  const meter = meterOf([8, ['rate_limit']], [12, []]);
  expect(meter.bound()).toBe('rate_limit');
  meter.look([]);
  expect(meter.bound()).toBeUndefined();
});

test('what is long ago is forgotten', () => {
  expect(meterOf([20, ['rate_limit']], [20, ['network']]).bound()).toBe('network');
});

test('two that share the time do not take turns', () => {
  const meter = meterOf([11, ['network']], [9, ['disk']]);
  expect(meter.bound()).toBe('network');
  meter.look(['disk']);
  expect(meter.bound()).toBe('network');
  for (let time = 0; time < 2; time += 1) meter.look(['disk']);
  expect(meter.bound()).toBe('disk');
});
