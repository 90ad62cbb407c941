// The list of operations: whose, and by which part of their title or id.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;

beforeAll(async () => {
  hub = await startTestHub();
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
  for (const [who, id, title] of [
    [ana, 'ana-1', 'Catalogue of May'],
    [ana, 'ana-2', '100% of the photos'],
    [ana, 'ana_3', 'Catalogue of June'],
    [ben, 'ben-1', 'Catalogue of Ben'],
  ] as const) {
    const answer = await who.send('POST', '/api/operations', { json: { id, kind: 'test', title, steps: ['one'] } });
    expect(answer.status).toBe(201);
  }
});
afterAll(() => hub.stop());

async function ids(who: Person, query: string): Promise<string[]> {
  const { body } = await who.send('GET', `/api/operations?${query}`);
  return body.operations.map(({ operation_id }: { operation_id: string }) => operation_id).sort();
}

describe('the list of operations', () => {
  test.each([
    ['query=catalogue', ['ana-1', 'ana_3']],
    ['query=MAY', ['ana-1']],
    ['query=ana-', ['ana-1', 'ana-2']],
    // What stands for anything in a pattern stands for itself.
    ['query=%25', ['ana-2']],
    ['query=_', ['ana_3']],
    ['query=%5C', []],
    ["query=' OR 1=1", []],
    ['query=', ['ana-1', 'ana-2', 'ana_3']],
    ['query=catalogue&kind=other', []],
    ['query=catalogue&state=pending', ['ana-1', 'ana_3']],
  ] as [string, string[]][])('finds by %p', async (query, expected) => {
    expect(await ids(ana, query)).toEqual(expected);
  });

  test('is the caller’s own whoever is asked for, and anybody’s for an administrator', async () => {
    expect(await ids(ana, `user_id=${ben.userId}`)).toEqual(['ana-1', 'ana-2', 'ana_3']);
    expect(await ids(hub.admin, `user_id=${ben.userId}`)).toEqual(['ben-1']);
    expect(await ids(hub.admin, `user_id=${hub.admin.userId}`)).toEqual([]);
    expect(await ids(hub.admin, 'query=catalogue')).toEqual(['ana-1', 'ana_3', 'ben-1']);
  });

  test.each(['user_id=-1', 'user_id=x', `query=${'x'.repeat(129)}`])('refuses %p', async (query) => {
    expect((await ana.send('GET', `/api/operations?${query}`)).status).toBe(400);
  });
});
