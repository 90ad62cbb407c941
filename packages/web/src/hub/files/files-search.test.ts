// What the files' page takes of an address.
import { expect, test } from 'bun:test';
import { readFilesSearch } from './files-search.ts';

const nothing = { q: undefined, sort: undefined, file: undefined };

test.each([
  [{}, {}],
  [
    { q: 'menu', sort: '-size', file: 'x' },
    { q: 'menu', sort: '-size', file: 'x' },
  ],
  [{ q: 2024 }, { q: '2024' }],
  [{ q: '' }, {}],
  [{ q: ['a'] }, {}],
  [{ q: null, sort: 7, file: {} }, {}],
  [{ sort: 'colour' }, {}],
  [{ sort: 'toString' }, {}],
  [{ file: '' }, {}],
  [{ q: 'x'.repeat(300) }, { q: 'x'.repeat(255) }],
  [{ other: 1 }, {}],
] as [Record<string, unknown>, object][])('%j', (search, taken) => {
  expect(readFilesSearch(search)).toEqual({ ...nothing, ...taken });
});
