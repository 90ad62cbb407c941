import { describe, expect, test } from 'bun:test';
import type { StepEvent } from '@relevo/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { createWatcher, type WatchedOperation } from '../watch/index.ts';
import { newsOf, toldOf } from './announcement.ts';
import { OperationProgress, progressLabels, useWatcher, WatcherProvider } from './index.ts';

const timestamp = '2026-01-01T00:00:00.000Z';
const operation = (state: WatchedOperation['state'], ...steps: [string, StepEvent['status'], string?][]): WatchedOperation => ({
  operation_id: 'a',
  state,
  kind: 'test',
  title: 'Test',
  seq: steps.length,
  timestamp,
  steps: steps.map(([step, status, code], index) => ({
    operation_id: 'a',
    step,
    status,
    message: '',
    progress: 0,
    timestamp,
    seq: index + 1,
    ...(code && { code }),
  })),
  event: null,
  refusal: null,
});

const many = (status: StepEvent['status']): [string, StepEvent['status']][] => Array.from({ length: 5 }, (_, index) => [`step-${index}`, status]);

describe('what is told of an operation', () => {
  test.each<[string, WatchedOperation, WatchedOperation, string]>([
    ['nothing when nothing changed', operation('in_progress', ['one', 'in_progress']), operation('in_progress', ['one', 'in_progress']), ''],
    ['nothing of a step that waits', operation('in_progress'), operation('in_progress', ['one', 'pending']), ''],
    ['nothing of a beginning', operation('pending'), operation('in_progress'), ''],
    ['a step that began', operation('in_progress', ['one', 'pending']), operation('in_progress', ['one', 'in_progress']), 'one: In progress'],
    ['a step that was stopped', operation('in_progress', ['one', 'in_progress']), operation('in_progress', ['one', 'error', 'step.stopped']), 'one: Stopped'],
    [
      'a failure, and the end',
      operation('in_progress', ['one', 'in_progress']),
      operation('error', ['one', 'error', 'delivery.disk_full']),
      'one: Failed. Test: Failed',
    ],
    ['many steps as a count', operation('in_progress', ...many('in_progress')), operation('in_progress', ...many('completed')), '5 of 5 steps finished'],
  ])('is %s', (_, before, after, expected) => {
    expect(newsOf(toldOf(before), after, progressLabels.en, (step) => step)).toBe(expected);
  });
});

const watcher = createWatcher({ base: 'http://localhost', userId: 7 });

test('an operation of which nothing is known yet is rendered on a server without a connection', () => {
  const html = renderToStaticMarkup(
    <WatcherProvider watcher={watcher}>
      <OperationProgress operationId="a" labels={{ steps: 'Schritte' }} className="mine" />
    </WatcherProvider>,
  );
  expect(html).toContain('class="mine" data-state="pending"');
  expect(html).toContain('<ol aria-label="Schritte">');
  expect(html).toMatch(/<div role="progressbar" aria-labelledby="[^"]+"><\/div>/);
  expect(watcher.connection.getSnapshot()).toEqual({ state: 'idle' });
});

test('the hooks say what they need', () => {
  const Lost = () => <>{String(useWatcher())}</>;
  expect(() => renderToStaticMarkup(<Lost />)).toThrow('WatcherProvider');
});
