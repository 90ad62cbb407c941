import { expect, test } from 'bun:test';
import { changedMembers } from './changed-members.ts';

test.each<[string, unknown, unknown, unknown[]]>([
  ['only what differs is told', { a: 1, b: 'x' }, { a: 1, b: 'y' }, [['b', 'x', 'y']]],
  ['a record that was made has no before', null, { a: 1 }, [['a', undefined, '1']]],
  ['a record that went has no after', { a: true }, null, [['a', 'true', undefined]]],
  ['nothing is told as a dash', { a: null }, { a: 'x' }, [['a', '–', 'x']]],
  ['a member that came', { a: 1 }, { a: 1, b: 2 }, [['b', undefined, '2']]],
  ['what is deep is told as JSON', { a: [1] }, { a: [1, 2] }, [['a', '[1]', '[1,2]']]],
  ['texts are told a line each', { a: ['x'] }, { a: ['x', 'y'] }, [['a', 'x', 'x\ny']]],
  ['what a router held is told by its names, a line each', { a: [{ label: 'secret' }, { label: 'queue' }] }, { a: [] }, [['a', 'secret\nqueue', '–']]],
  [
    'what is called the same and differs is told whole',
    { a: [{ label: 'x', n: 1 }] },
    { a: [{ label: 'x', n: 2 }] },
    [['a', '[{"label":"x","n":1}]', '[{"label":"x","n":2}]']],
  ],
  ['a list in which not all have a name is told as JSON', { a: [{ label: 'x' }, 1] }, { a: null }, [['a', '[{"label":"x"},1]', '–']]],
  ['a single value', 'old', 'new', [['', 'old', 'new']]],
  ['nothing at all', null, undefined, []],
  [
    'the number of a record is not told beside its name',
    { id_servicio: 2, servicio: 'Fibra 100', id_router: 1, router: 'Sede' },
    { id_servicio: null, servicio: null, id_router: 1, router: 'Sede' },
    [['servicio', 'Fibra 100', '–']],
  ],
  ['the number of a record is told where its name is not', { id_servicio: 2 }, { id_servicio: null }, [['id_servicio', '2', '–']]],
  ['the number tells between two of one name', { id_router: 1, router: 'Sede' }, { id_router: 2, router: 'Sede' }, [['id_router', '1', '2']]],
  ['the code of an error is not told beside its text', { error: null, error_code: null }, { error: 'away', error_code: 'x' }, [['error', '–', 'away']]],
  ['when it was changed is not told', { a: 1, updated_at: 'x' }, { a: 2, updated_at: 'y' }, [['a', '1', '2']]],
])('%s', (_, before, after, expected) => {
  expect(changedMembers(before, after, 'en').map((row): unknown => [row.member, row.before, row.after])).toEqual(expected);
});

test('what a router held is called as the reader calls it', () => {
  const held = {
    entradas: [
      { kind: 'queue/simple', name: 'ana', label: 'queue ana', values: {} },
      { kind: 'ip/arp', label: 'ARP of an older agent' },
    ],
  };
  const texts = (['en', 'es'] as const).map((language) => changedMembers(held, { entradas: [] }, language)[0]?.before);
  expect(texts).toEqual(['queue ana\nARP of an older agent', 'cola ana\nARP of an older agent']);
});
