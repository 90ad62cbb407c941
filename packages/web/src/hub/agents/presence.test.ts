import { expect, test } from 'bun:test';
import type { AgentSession } from '@relevo/protocol';
import { presenceOf } from './presence.ts';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const session = (from: number, to: number | null, code: number | null = to === null ? null : 1000): AgentSession => ({
  connected_at: at(from),
  ended_at: to === null ? null : at(to),
  code,
  reason: null,
});

test('an agent that never came was there for none of the time', () => {
  expect(presenceOf([], 0, 1000)).toEqual({ online: [], share: 0, losses: 0 });
});

test('connections are cut to the span, and one that lasts goes on to its end', () => {
  expect(presenceOf([session(8, null), session(0, 4)], 2000, 10_000)).toEqual({
    online: [
      { from: 2000, to: 4000 },
      { from: 8000, to: 10_000 },
    ],
    share: 0.5,
    losses: 0,
  });
});

test('what ended before the span, or began after it, is not shown', () => {
  expect(presenceOf([session(20, 30, 1006), session(0, 1, 1006)], 2000, 10_000).online).toEqual([]);
});

test('a connection that took over from another is no gap', () => {
  expect(presenceOf([session(5, null), session(1, 6, 4409)], 0, 10_000).online).toEqual([{ from: 1000, to: 10_000 }]);
});

test('lost connections are counted, closed ones are not', () => {
  expect(presenceOf([session(6, 8, 1006), session(4, 5, 1000), session(2, 3, 1006), session(0, 1, 1006)], 2000, 10_000).losses).toBe(2);
});

test('a span without length has no share', () => {
  expect(presenceOf([session(0, null)], 1000, 1000).share).toBe(0);
});
