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
])('refuses %s', async (query) => {
  expect(await problemOf(await hub.ask(`/api/files?${query}`))).toMatchObject({ status: 400, code: 'invalid_request' });
});

test('refuses a cursor made in another order', async () => {
  const { next_cursor } = await list('limit=1&sort=name');
  expect((await hub.ask(`/api/files?limit=1&sort=-name&cursor=${next_cursor}`)).status).toBe(400);
});
