// The histogram that takes many values at once says what Prometheus expects.
import { expect, test } from 'bun:test';
import { LatencyHistogram } from './latency-histogram.ts';

function lines(observed: readonly (readonly [number, number])[]): string[] {
  const histogram = new LatencyHistogram({ name: 'wait_seconds', help: 'How long', buckets: [0.1, 1] });
  for (const [seconds, count] of observed) histogram.observe(seconds, count);
  return histogram.text().split('\n');
}

test('buckets are cumulative, a value on a bound is under it, and what is over all bounds is counted', () => {
  expect(
    lines([
      [0, 2],
      [0.1, 3],
      [0.5, 1],
      [1, 1],
      [7.5, 2],
    ]),
  ).toEqual([
    '# HELP wait_seconds How long',
    '# TYPE wait_seconds histogram',
    'wait_seconds_bucket{le="0.1"} 5',
    'wait_seconds_bucket{le="1"} 7',
    'wait_seconds_bucket{le="+Inf"} 9',
    'wait_seconds_sum 16.8',
    'wait_seconds_count 9',
    '',
  ]);
});

test('every bucket is there before anything was observed', () => {
  expect(lines([]).slice(2)).toEqual([
    'wait_seconds_bucket{le="0.1"} 0',
    'wait_seconds_bucket{le="1"} 0',
    'wait_seconds_bucket{le="+Inf"} 0',
    'wait_seconds_sum 0',
    'wait_seconds_count 0',
    '',
  ]);
});
