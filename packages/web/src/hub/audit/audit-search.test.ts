import { describe, expect, test } from 'bun:test';
import { auditQueryOf, auditSearchOf } from './audit-search.ts';

describe('the filters in the address', () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      'are all kept',
      { user: 3, action: 'router.create', kind: 'router', subject: 7, operation: 'op-1', from: '2026-01-01', to: '2026-01-31' },
      {
        user: 3,
        action: 'router.create',
        kind: 'router',
        subject: '7',
        operation: 'op-1',
        from: '2026-01-01',
        to: '2026-01-31',
      },
    ],
    ['may be missing', {}, {}],
    ['lose a user that is none', { user: 'ana' }, {}],
    ['lose a user below one', { user: 0 }, {}],
    ['lose a day that is none', { from: 'yesterday', to: '2026-13-45' }, {}],
    ['lose an empty text', { action: '' }, {}],
    ['are cut', { subject: 'x'.repeat(500) }, { subject: 'x'.repeat(128) }],
  ])('%s', (_, raw, expected) => {
    expect(auditSearchOf(raw)).toEqual(expected);
  });
});

test('the last day is asked for with all its hours', () => {
  const { from, to } = auditQueryOf({ from: '2026-01-31', to: '2026-01-31' });
  expect([from, to]).toEqual([new Date(2026, 0, 31).toISOString(), new Date(2026, 1, 1).toISOString()]);
});
