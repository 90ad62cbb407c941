// The list: pages, orders, searches, and who sees what.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { FileResource } from '@relevo/protocol';
import { openTestHub, problemOf, type TestHub } from './files-hub.fixture.ts';

let hub: TestHub;
const names = ['Zebra.txt', 'apple.txt', 'MAÑANA.png', 'mañana.jpg', '100%_done.txt', 'b', 'a'];
beforeAll(async () => {
  hub = await openTestHub();
  for (const [index, name] of names.entries()) await hub.put(name, 'x'.repeat(index % 3));
  await hub.put('theirs', 'x', '2');
});
afterAll(() => hub.close());

interface Page {
  files: FileResource[];
  next_cursor: string | null;
  total?: number;
}
const list = async (query = '', caller = '1') => (await (await hub.ask(`/api/files?${query}`, { caller })).json()) as Page;
const namesOf = (page: Page) => page.files.map((file) => file.name);

test('shows the newest first', async () => {
  const page = await list();
  expect(namesOf(page)).toEqual(names.toReversed());
  expect(page.next_cursor).toBeNull();
});

test('shows people their own and administrators all', async () => {
  expect(namesOf(await list('', '2'))).toEqual(['theirs']);
  expect(namesOf(await list('', '3'))).toEqual([]);
  expect(namesOf(await list('', '3 admin'))).toEqual(['theirs', ...names.toReversed()]);
});

test.each([
  ['mañana', ['mañana.jpg', 'MAÑANA.png']],
  ['MAN\u0303', ['mañana.jpg', 'MAÑANA.png']],
  ['%', ['100%_done.txt']],
  ['_', ['100%_done.txt']],
  ['.TXT', ['100%_done.txt', 'apple.txt', 'Zebra.txt']],
  ["'; DROP TABLE file; --", []],
])('finds %p anywhere in a name, in any case', async (query, found) => {
  expect(namesOf(await list(`query=${encodeURIComponent(query)}`))).toEqual(found);
});

describe.each(['name', '-name', 'size', '-size', 'created_at', '-created_at'])('in the order %s', (sort) => {
  const key = (file: FileResource): string | number => {
    if (sort.endsWith('name')) return file.name.normalize('NFC').toLowerCase();
    return sort.endsWith('size') ? file.size : file.created_at;
  };

  test('is in order', async () => {
    const { files } = await list(`sort=${sort}`);
    for (const [index, file] of files.entries()) {
      const before = files[index - 1];
      if (before && sort.startsWith('-')) expect(key(before) >= key(file)).toBe(true);
      if (before && !sort.startsWith('-')) expect(key(before) <= key(file)).toBe(true);
    }
  });

  test.each([1, 2, 3])('gives every file once over pages of %i', async (limit) => {
    const whole = namesOf(await list(`sort=${sort}`));
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
      expect(page.files.length).toBeLessThanOrEqual(limit);
      paged.push(...namesOf(page));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole);
  });
});

test.each([
  'limit=0',
  'limit=201',
  'limit=-1',
  'limit=ten',
  'limit=1.5',
  'sort=owner',
  'cursor=nonsense',
  `cursor=${Buffer.from('["name",5,"x"]').toString('base64url')}&sort=name`,
  `cursor=${Buffer.from('["size",5,"x"]').toString('base64url')}&sort=name`,
  `cursor=${Buffer.from('{}').toString('base64url')}`,
  `query=${'x'.repeat(256)}`,
  'offset=-1',
  'offset=ten',
  'offset=1.5',
  'offset=',
  `offset=${'9'.repeat(16)}`,
])('refuses %s', async (query) => {
  expect(await problemOf(await hub.ask(`/api/files?${query}`))).toMatchObject({ status: 400, code: 'invalid_request' });
});

describe('at an offset', () => {
  test.each([0, 1, 5, 6])('gives the files after the first %i, and says how many there are', async (offset) => {
    const page = await list(`sort=name&offset=${offset}&limit=2`);
    expect(namesOf(page)).toEqual(namesOf(await list('sort=name')).slice(offset, offset + 2));
    expect(page.total).toBe(names.length);
  });

  test('beyond the last gives none', async () => {
    expect(await list('offset=7')).toEqual({ files: [], next_cursor: null, total: names.length });
  });

  test('counts what is searched for, and only what the caller may see', async () => {
    expect((await list('query=.txt&offset=0&limit=1')).total).toBe(3);
    expect((await list('offset=0', '2')).total).toBe(1);
    expect((await list('offset=0', '3 admin')).total).toBe(names.length + 1);
  });

  test('goes on by its cursor', async () => {
    const { next_cursor } = await list('sort=size&offset=2&limit=2');
    expect(namesOf(await list(`sort=size&cursor=${next_cursor}`))).toEqual(namesOf(await list('sort=size')).slice(4));
  });
});

test('counts nothing where nobody asked for an offset', async () => {
  expect(await list()).not.toHaveProperty('total');
});

test('refuses an offset together with a cursor', async () => {
  const { next_cursor } = await list('limit=1');
  expect(await problemOf(await hub.ask(`/api/files?limit=1&offset=1&cursor=${next_cursor}`))).toMatchObject({ status: 400, code: 'invalid_request' });
});

test('refuses a cursor made in another order', async () => {
  const { next_cursor } = await list('limit=1&sort=name');
  expect((await hub.ask(`/api/files?limit=1&sort=-name&cursor=${next_cursor}`)).status).toBe(400);
});
