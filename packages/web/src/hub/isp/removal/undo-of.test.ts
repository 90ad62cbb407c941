import { expect, test } from 'bun:test';
import { undoOf } from './undo-of.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const later = '2026-01-01T00:01:00.000Z';
const sooner = '2025-12-31T23:59:59.000Z';

test.each([
  ['is possible for the time that is left', { estado: 'eliminada', undo_until: later, undo_blocked_by: null }, { state: 'possible', leftMs: 60_000 }],
  ['is possible when the removal was half done', { estado: 'activa', undo_until: later, undo_blocked_by: null }, { state: 'possible', leftMs: 60_000 }],
  ['is over at the very end of it', { estado: 'eliminada', undo_until: new Date(now).toISOString(), undo_blocked_by: null }, { state: 'over' }],
  ['is over when the hub has not said so yet', { estado: 'eliminada', undo_until: sooner, undo_blocked_by: null }, { state: 'over' }],
  ['is over when nothing is kept any more', { estado: 'eliminada', undo_until: null, undo_blocked_by: null }, { state: 'over' }],
  ['is blocked while another has the address', { estado: 'eliminada', undo_until: later, undo_blocked_by: 7 }, { state: 'blocked', by: 7 }],
  ['is not spoken of where nothing was removed', { estado: 'suspendida', undo_until: null, undo_blocked_by: null }, { state: 'none' }],
  ['is not spoken of where a half-done removal is too old', { estado: 'activa', undo_until: sooner, undo_blocked_by: null }, { state: 'none' }],
] as const)('an undo %s', (_, connection, expected) => {
  expect(undoOf(connection, now)).toEqual(expected);
});
