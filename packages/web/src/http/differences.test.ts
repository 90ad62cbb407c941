import { expect, test } from 'bun:test';
import { differences } from './differences.ts';

const opened = { nombre: 'Ana', email: null as string | null, permisos: ['a', 'b'] };

test('nothing that stayed is sent', () => {
  expect(differences(opened, { ...opened, permisos: [...opened.permisos] })).toEqual({});
});

test('what was changed is, also to nothing and back from it', () => {
  expect(differences(opened, { ...opened, email: 'ana@example.com' })).toEqual({ email: 'ana@example.com' });
  expect(differences({ ...opened, email: 'ana@example.com' }, opened)).toEqual({ email: null });
  expect(differences(opened, { ...opened, permisos: ['a'] })).toEqual({ permisos: ['a'] });
});

test('a member that was not there before is', () => {
  expect(differences<{ a: number; b?: number }>({ a: 1 }, { a: 1, b: 2 })).toEqual({ b: 2 });
});
