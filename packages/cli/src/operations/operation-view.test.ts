import { expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { StepEvent } from '@relevo/protocol';
import { OperationView, outcome } from './operation-view.ts';

function operation(state: WatchedOperation['state'], ...steps: Partial<StepEvent>[]): WatchedOperation {
  const events = steps.map(
    (step, index): StepEvent => ({
      operation_id: 'op',
      step: `s${index}`,
      status: 'pending',
      message: '',
      progress: 0,
      timestamp: '',
      seq: index + 1,
      ...step,
    }),
  );
  return { operation_id: 'op', state, kind: '', title: '', seq: events.length, timestamp: null, steps: events, event: null, refusal: null };
}

test('off a terminal, each step says a thing once, percentages are left out, and what could write over the screen is disarmed', () => {
  process.env.LC_ALL = 'C';
  const written: string[] = [];
  const view = new OperationView(
    (step) => `shop ${step}`,
    (text) => written.push(text),
  );
  view.show(operation('pending', { message: 'Waiting' }));
  view.show(operation('in_progress', { status: 'in_progress', message: 'Receiving', progress: 1 }));
  view.show(operation('in_progress', { status: 'in_progress', message: 'Receiving', progress: 90 }));
  view.show(operation('error', { status: 'error', message: 'Failed: \u001b[2J' }, { status: 'completed', message: 'Done' }));
  expect(written).toEqual(['shop s0: · Waiting\n', 'shop s0: » Receiving\n', 'shop s0: ✗ Failed: \ufffd[2J\n', 'shop s1: ✓ Done\n']);
  expect([outcome(operation('completed')), outcome(operation('stopped'))]).toEqual(['op: completed', 'op: stopped']);
});
