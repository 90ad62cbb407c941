import { beforeEach, describe, expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { OperationState, RemovalStep, StepEvent, StepStatus } from '@relevo/protocol';
import type { Answer } from './next-move.ts';
import { RemovalRun } from './removal-run.ts';

const timestamp = '2026-01-01T00:00:00.000Z';
const done: Answer = { state: 'done', message: 'Asignación eliminada' };

let operation: WatchedOperation;
let listeners: Set<() => void>;
let asked: RemovalStep[];
let answers: ((answer: Answer) => void)[];
let run: RemovalRun;

beforeEach(() => {
  operation = { operation_id: 'a', state: 'pending', kind: '', title: '', seq: 0, timestamp: null, steps: [], event: null, refusal: null };
  listeners = new Set();
  asked = [];
  answers = [];
  const store = {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => operation,
  };
  run = new RemovalRun(store, (step) => {
    asked.push(step);
    return new Promise((resolve) => answers.push(resolve));
  });
});

/** The hub tells how far it is. */
function hear(state: OperationState, ...steps: [RemovalStep, StepStatus][]): void {
  const seq = operation.seq + 1;
  const events = steps.map(([step, status]): StepEvent => ({ operation_id: 'a', step, status, message: '', progress: null, timestamp, seq }));
  operation = { ...operation, state, seq, steps: events };
  for (const listener of [...listeners]) listener();
}

/** The newest request is answered. */
async function answer(given: Answer): Promise<void> {
  answers.at(-1)?.(given);
  await Promise.resolve();
}

describe('a run', () => {
  test('asks for the three steps in their order, each when the one before is done', async () => {
    run.begin();
    expect(asked).toEqual(['remove-service']);
    await answer(done);
    await answer(done);
    expect(asked).toEqual(['remove-service', 'remove-router', 'remove-config']);
    expect(run.getSnapshot().isOn).toBe(true);
    await answer(done);
    expect(run.getSnapshot().isOn).toBe(false);
    expect(listeners.size).toBe(0);
  });

  test('asks for nothing after a refusal, and for that step alone when it is tried again', async () => {
    run.begin();
    await answer(done);
    await answer({ state: 'refused', message: 'El router no responde' });
    expect(run.getSnapshot()).toMatchObject({ isOn: false, answers: { 'remove-router': { message: 'El router no responde' } } });
    hear('in_progress', ['remove-service', 'completed'], ['remove-router', 'error']);
    expect(asked).toEqual(['remove-service', 'remove-router']);
    run.retry('remove-router');
    expect(asked).toEqual(['remove-service', 'remove-router', 'remove-router']);
    hear('in_progress', ['remove-service', 'completed'], ['remove-router', 'in_progress']);
    await answer(done);
    expect(asked.at(-1)).toBe('remove-config');
  });

  test('follows the work of a request that was answered late', async () => {
    run.begin();
    await answer(done);
    await answer({ state: 'late' });
    hear('in_progress', ['remove-service', 'completed'], ['remove-router', 'in_progress']);
    expect(asked).toHaveLength(2);
    hear('in_progress', ['remove-service', 'completed'], ['remove-router', 'completed']);
    expect(asked.at(-1)).toBe('remove-config');
  });

  test('that is taken up again sends nothing before it knows how far it is', () => {
    run.resume();
    expect(asked).toEqual([]);
    hear('in_progress', ['remove-service', 'completed'], ['remove-router', 'completed']);
    expect(asked).toEqual(['remove-config']);
  });

  test('that is taken up again does not try a failed step unasked', () => {
    run.resume();
    hear('in_progress', ['remove-service', 'error']);
    expect(asked).toEqual([]);
    expect(run.getSnapshot().isOn).toBe(false);
  });

  test('ends with an operation that was stopped', async () => {
    run.begin();
    hear('stopped', ['remove-service', 'completed']);
    await answer(done);
    expect(asked).toEqual(['remove-service']);
    expect(run.getSnapshot().isOn).toBe(false);
  });

  test('tells its listeners', async () => {
    let count = 0;
    const end = run.subscribe(() => {
      count += 1;
    });
    run.begin();
    expect(count).toBeGreaterThan(0);
    const before = count;
    end();
    await answer(done);
    expect(count).toBe(before);
  });
});
