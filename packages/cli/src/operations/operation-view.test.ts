import { afterAll, expect, test } from 'bun:test';
import type { WatchedOperation } from '@relevo/progress/watch';
import type { StepEvent } from '@relevo/protocol';
import { linesOf, OperationView, outcome } from './operation-view.ts';

const locale = process.env.LC_ALL;
afterAll(() => {
  if (locale === undefined) delete process.env.LC_ALL;
  else process.env.LC_ALL = locale;
});

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

test.each([
  ['en_US.UTF-8', 'disk', 'shop » [######··················]  25% 1.0 MiB / 4.0 MiB · 1.0 MiB/s · 3 s · limited by the disk Receiving'],
  ['es_AR.UTF-8', 'network', 'shop » [######··················]  25% 1,0 MiB / 4,0 MiB · 1,0 MiB/s · 3 s · limitado por la red Receiving'],
  ['es', 'rate_limit', 'shop » [######··················]  25% 1,0 MiB / 4,0 MiB · 1,0 MiB/s · 3 s · sujeto al límite del agente Receiving'],
  ['C', undefined, 'shop » [######··················]  25% 1.0 MiB / 4.0 MiB · 1.0 MiB/s · 3 s Receiving'],
] as const)('on a terminal of %s, a transfer says what bounds it (%s)', (locale, bound_by, line) => {
  process.env.LC_ALL = locale;
  const mebi = 1024 ** 2;
  const moving = { status: 'in_progress', message: 'Receiving', progress: 25, bytes: mebi, total_bytes: 4 * mebi, rate: mebi, eta_ms: 3000, bound_by } as const;
  expect(linesOf(operation('in_progress', moving), () => 'shop')).toEqual([line]);
  // What has ended is bound by nothing any more.
  expect(linesOf(operation('completed', { ...moving, status: 'completed', progress: 100, message: 'Done' }), () => 'shop').join()).toEndWith('100% Done');
});
