// What a watcher still has to see: exact numbers while they are held, a snapshot when they are not.
import { describe, expect, test } from 'bun:test';
import type { ProgressEvent } from '@relevo/protocol';
import { told } from './engine.fixture.ts';
import { Replay } from './replay.ts';

function event(seq: number, step?: string): ProgressEvent {
  const shared = { operation_id: 'op', seq, timestamp: '2026-01-01T00:00:00.000Z' };
  if (step === undefined) return { ...shared, type: 'operation', state: 'in_progress', kind: 'k', title: 't' };
  return { ...shared, step, status: 'in_progress', message: '', progress: seq };
}

/** Events 1 to `count`: the operation's own first, then steps a and b in turn. */
function filled(count: number, max = 1000): Replay {
  const replay = new Replay(max);
  for (let seq = 1; seq <= count; seq++) replay.add(event(seq, seq === 1 ? undefined : seq % 2 === 0 ? 'a' : 'b'));
  return replay;
}

describe('a watcher', () => {
  test('without `after` gets everything that is held from the first number on', () => {
    expect(told(filled(4).since(undefined))).toEqual(['1:in_progress', '2:a:in_progress:2', '3:b:in_progress:3', '4:a:in_progress:4']);
  });

  test('gets exactly what came after what it has', () => {
    expect(told(filled(4).since(2))).toEqual(['3:b:in_progress:3', '4:a:in_progress:4']);
  });

  test('that has everything gets nothing', () => {
    expect(filled(4).since(4)).toEqual([]);
  });

  test('that is ahead is set right by a snapshot', () => {
    expect(told(filled(4).since(9))).toEqual(['~1:in_progress', '~3:b:in_progress:3', '~4:a:in_progress:4']);
  });

  test('whose numbers are no longer held gets the newest of every step, oldest first, ending in the last number', () => {
    expect(told(filled(50, 4).since(3))).toEqual(['~1:in_progress', '~49:b:in_progress:49', '~50:a:in_progress:50']);
  });

  test('at the edge of what is held gets numbers, and one before the edge a snapshot', () => {
    const max = 4;
    const replay = filled(9, max);
    const held = [...Array(9).keys()].filter((after) => !replay.since(after).some(({ snapshot }) => snapshot));
    const edge = held[0] ?? -1;
    expect(edge).toBeGreaterThan(0);
    expect(replay.since(edge).map(({ seq }) => seq)).toEqual([...Array(9 - edge).keys()].map((index) => edge + 1 + index));
    expect(replay.since(edge - 1)[0]?.snapshot).toBe(true);
    expect(9 - edge).toBeGreaterThanOrEqual(max);
  });

  test('of an operation of which nothing was shown gets nothing', () => {
    expect(new Replay(4).since(undefined)).toEqual([]);
    expect(new Replay(4).since(0)).toEqual([]);
  });

  test('of a restored operation gets a snapshot, and after a new event what came since', () => {
    const replay = new Replay(4);
    for (const seq of [5, 8]) replay.restore(event(seq, seq === 5 ? undefined : 'a'));
    expect(told(replay.since(undefined))).toEqual(['~5:in_progress', '~8:a:in_progress:8']);
    expect(told(replay.since(6))).toEqual(['~5:in_progress', '~8:a:in_progress:8']);
    expect(replay.since(8)).toEqual([]);
    replay.add(event(9, 'a'));
    expect(told(replay.since(8))).toEqual(['9:a:in_progress:9']);
    expect(told(replay.since(7))).toEqual(['~5:in_progress', '~9:a:in_progress:9']);
  });
});

test('what is held stays within twice its bound', () => {
  const replay = filled(10_000, 16);
  const oldest = [...Array(10_000).keys()].find((after) => !replay.since(after).some(({ snapshot }) => snapshot)) ?? 0;
  expect(10_000 - oldest).toBeLessThanOrEqual(32);
});

test('a snapshot goes by numbers and says the place of each step', () => {
  const replay = new Replay(1);
  for (const shown of [event(1, 'first'), event(2, 'second'), event(3, 'third'), event(4, 'first')]) replay.add(shown);
  expect(replay.snapshot().map((shown) => ('step' in shown ? [shown.step, shown.seq, shown.position] : []))).toEqual([
    ['second', 2, 1],
    ['third', 3, 2],
    ['first', 4, 0],
  ]);
});
