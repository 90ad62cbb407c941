import { expect, test } from 'bun:test';
import type { ConnectionChange } from '@relevo/protocol';
import { stateSince } from './state-since.ts';

const change = (at: string, que: ConnectionChange['que'], before: unknown, after: unknown) =>
  ({ at, user_id: 1, que, before, after, operation_id: null }) as unknown as ConnectionChange;
const made = change('2026-01-01T00:00:00.000Z', 'creada', null, { estado: 'activa', direccion_ip: '10.0.0.7' });
const created_at = '2026-01-01T00:00:00.000Z';

test('a connection is in its state since that changed, whatever else changed later', () => {
  const suspended = change('2026-02-01T00:00:00.000Z', 'suspendida', { estado: 'activa' }, { estado: 'suspendida' });
  const corrected = change('2026-03-01T00:00:00.000Z', 'modificada', { mac: null }, { mac: '4C:5E:0C:00:00:01' });
  const taken = change('2026-03-02T00:00:00.000Z', 'quitada_del_router', { entradas: [] }, { entradas: [1] });
  expect(stateSince({ created_at, historial: [taken, corrected, suspended, made] })).toBe(suspended.at);
  expect(stateSince({ created_at, historial: [corrected, made] })).toBe(made.at);
});

test('one whose history does not tell is in its state since its record was made', () => {
  expect(stateSince({ created_at, historial: [] })).toBe(created_at);
});
