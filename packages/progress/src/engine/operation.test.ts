// The one function that changes an operation: every legal and illegal transition, numbers and percentages.
import { describe, expect, test } from 'bun:test';
import {
  isStepEvent,
  type OperationState,
  operationStates,
  operationTransitions,
  type StepEvent,
  type StepStatus,
  stepStatuses,
  stepTransitions,
} from '@relevo/protocol';
import { apply, IllegalTransition, messageMaxLength, newStep, type Operation, outcomeOf, type StepChange } from './operation.ts';

const at = '2026-01-01T00:00:00.000Z';

function operation(change: Partial<Operation> = {}): Operation {
  return {
    userId: 1,
    id: 'op',
    kind: 'k',
    title: 't',
    carrier: 'agent',
    language: 'en',
    request: '',
    endsWithSteps: false,
    state: 'pending',
    seq: 0,
    stopping: false,
    createdAt: at,
    startedAt: undefined,
    endedAt: undefined,
    event: undefined,
    steps: new Map(),
    ...change,
  };
}

/** An operation that has one step `s` in this status. */
function withStep(status: StepStatus): Operation {
  const made = operation();
  const road: Record<StepStatus, StepStatus[]> = { pending: ['pending'], in_progress: ['in_progress'], completed: ['completed'], error: ['error'] };
  for (const next of road[status]) apply(made, { type: 'step', step: 's', change: { status: next, message: '' } }, at);
  return made;
}

function step(made: Operation, change: Partial<StepChange> & { status: StepStatus }, name = 's'): StepEvent {
  const events = apply(made, { type: 'step', step: name, change: { message: 'm', ...change } }, at);
  return events.findLast(isStepEvent) as StepEvent;
}

describe('a step', () => {
  for (const from of stepStatuses) {
    for (const to of stepStatuses) {
      const legal = stepTransitions[from].includes(to);
      test(`${legal ? 'goes' : 'does not go'} from ${from} to ${to}`, () => {
        const made = withStep(from);
        const before = structuredClone(made);
        if (legal) {
          expect(step(made, { status: to }).status).toBe(to);
          expect(made.steps.get('s')?.event?.status).toBe(to);
        } else {
          expect(() => step(made, { status: to })).toThrow(IllegalTransition);
          expect(made).toEqual(before);
        }
      });
    }
  }

  test('never leaves completed, and may be tried again after an error', () => {
    expect(stepTransitions.completed).toEqual([]);
    expect(stepTransitions.error).toContain('in_progress');
  });

  test('that was never declared comes last', () => {
    const made = operation({ steps: new Map([['first', newStep('first', 0)]]) });
    step(made, { status: 'in_progress' }, 'second');
    expect([...made.steps.values()].map((each) => each.position)).toEqual([0, 1]);
  });

  test('that an illegal change names is not made', () => {
    const made = withStep('completed');
    made.state = 'completed';
    expect(() => step(made, { status: 'in_progress' }, 'new')).toThrow(IllegalTransition);
    expect(made.steps.has('new')).toBe(false);
  });

  test('keeps when it first began and when it last ended', () => {
    const made = operation();
    const times = ['2026-01-01T00:00:01.000Z', '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:03.000Z', '2026-01-01T00:00:04.000Z'] as const;
    const statuses = ['in_progress', 'error', 'in_progress', 'completed'] as const;
    for (const [index, status] of statuses.entries()) apply(made, { type: 'step', step: 's', change: { status, message: '' } }, times[index] ?? at);
    expect(made.steps.get('s')).toMatchObject({ startedAt: times[0], endedAt: times[3] });
  });
});

describe('an operation', () => {
  for (const from of operationStates) {
    for (const to of ['completed', 'error', 'stopped'] as const satisfies readonly OperationState[]) {
      const legal = operationTransitions[from].includes(to);
      test(`${legal ? 'goes' : 'does not go'} from ${from} to ${to}`, () => {
        const made = operation({ state: from });
        const end = () => apply(made, { type: 'end', state: to }, at);
        if (legal) expect(end()).toMatchObject([{ state: to, seq: 1 }]);
        else expect(end).toThrow(IllegalTransition);
        expect(made.state).toBe(legal ? to : from);
        expect(made.seq).toBe(legal ? 1 : 0);
      });
    }
  }

  test('goes from pending to in_progress with its first step that moves', () => {
    const made = operation();
    const events = apply(made, { type: 'step', step: 's', change: { status: 'in_progress', message: '' } }, at);
    expect(events).toMatchObject([
      { state: 'in_progress', seq: 1 },
      { step: 's', seq: 2 },
    ]);
  });

  test('stays pending while a step only says why it waits', () => {
    const made = operation();
    step(made, { status: 'pending' });
    expect(made.state).toBe('pending');
  });

  test('takes nothing more once it has ended', () => {
    for (const state of ['completed', 'error', 'stopped'] as const) {
      const made = operation({ state });
      expect(() => step(made, { status: 'in_progress' })).toThrow(IllegalTransition);
      expect(() => apply(made, { type: 'announce', said: new Map() }, at)).toThrow(IllegalTransition);
      expect(made.seq).toBe(0);
    }
  });

  test('ends with its steps as they ended, and as stopped when somebody asked', () => {
    const rows: [StepStatus[], boolean, string | undefined][] = [
      [[], false, undefined],
      [['completed'], false, 'completed'],
      [['completed', 'completed'], true, 'completed'],
      [['completed', 'error'], false, 'error'],
      [['completed', 'error'], true, 'stopped'],
      [['completed', 'in_progress'], false, undefined],
      [['error', 'pending'], true, undefined],
    ];
    for (const [statuses, stopping, outcome] of rows) {
      const made = operation({ stopping });
      for (const [index, status] of statuses.entries()) step(made, { status }, `s${index}`);
      expect(outcomeOf(made)).toBe(outcome as never);
    }
  });

  test('that ends with its steps says so in the event after the last step', () => {
    const made = operation({ endsWithSteps: true });
    step(made, { status: 'in_progress' });
    expect(apply(made, { type: 'step', step: 's', change: { status: 'completed', message: '' } }, at)).toMatchObject([
      { step: 's', seq: 3 },
      { state: 'completed', seq: 4 },
    ]);
    expect(made.endedAt).toBe(at);
  });

  test('that ends when told outlives its settled steps', () => {
    const made = operation({ endsWithSteps: false });
    step(made, { status: 'completed' });
    expect(made.state).toBe('in_progress');
  });

  test('counts up by one with every event', () => {
    const made = operation({
      endsWithSteps: true,
      steps: new Map([
        ['s', newStep('s', 0)],
        ['t', newStep('t', 1)],
      ]),
    });
    const all = [
      ...apply(made, { type: 'announce', said: new Map() }, at),
      ...apply(made, { type: 'step', step: 's', change: { status: 'in_progress', message: '', progress: 3 } }, at),
      ...apply(made, { type: 'step', step: 's', change: { status: 'in_progress', message: '', progress: 9 } }, at),
      ...apply(made, { type: 'step', step: 't', change: { status: 'error', message: '' } }, at),
      ...apply(made, { type: 'step', step: 's', change: { status: 'completed', message: '' } }, at),
    ];
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(made.seq).toBe(all.length);
  });
});

describe('progress', () => {
  const rows: [string, (number | null | undefined)[], (number | null)[]][] = [
    ['goes up', [1, 2.5, 99], [1, 2.5, 99]],
    ['never falls while the step runs', [40, 10, 41], [40, 40, 41]],
    ['is held between 0 and 100', [-5, 250], [0, 100]],
    ['stays what it was when nothing is told', [40, undefined], [40, 40]],
    ['is null when nobody can tell', [null, undefined], [null, null]],
    ['does not fall after a time in which nobody could tell', [40, null, 5], [40, null, 40]],
    ['begins at 0 when nothing is told', [undefined], [0]],
  ];
  for (const [title, given, shown] of rows) {
    test(title, () => {
      const made = operation();
      expect(given.map((progress) => step(made, { status: 'in_progress', progress }).progress)).toEqual(shown);
    });
  }

  test('is 100 with completed and 0 with error, whatever is told', () => {
    const made = operation();
    step(made, { status: 'in_progress', progress: 30 });
    expect(step(made, { status: 'error', progress: 77 }).progress).toBe(0);
    expect(step(made, { status: 'completed', progress: 3 }).progress).toBe(100);
  });

  test('may begin anew when a step is tried again', () => {
    const made = operation();
    step(made, { status: 'in_progress', progress: 80 });
    step(made, { status: 'error' });
    expect(step(made, { status: 'in_progress', progress: 5 }).progress).toBe(5);
  });
});

test('a message is cut at its bound', () => {
  expect(step(operation(), { status: 'in_progress', message: 'x'.repeat(messageMaxLength + 50) }).message).toHaveLength(messageMaxLength);
});

test('bytes, rate and time left are in the event when told, and absent when not', () => {
  const made = operation();
  expect(step(made, { status: 'in_progress', bytes: 5, total_bytes: 10, rate: 2, eta_ms: 2500 })).toMatchObject({
    bytes: 5,
    total_bytes: 10,
    rate: 2,
    eta_ms: 2500,
  });
  expect(Object.keys(step(made, { status: 'in_progress' })).sort()).toEqual(['message', 'operation_id', 'progress', 'seq', 'status', 'step', 'timestamp']);
});
