// Operations over HTTP: reported from outside, listed, read, stopped; whose they are; and what a restart makes of them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;

beforeAll(async () => {
  hub = await startTestHub({ OPERATIONS_PER_USER_MAX: '60', OPERATION_STEPS_MAX: '20', TICK_INTERVAL_MS: '60000' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());

const report = (person: Person, id: string, step: string, json: object) => person.send('PATCH', `/api/operations/${id}/steps/${step}`, { json });
const create = (person: Person, json: object) => person.send('POST', '/api/operations', { json });

describe('a reporter', () => {
  test('registers an operation with its steps and moves them to the end', async () => {
    const answer = await create(ana, { id: 'job-1', kind: 'job', title: 'A job', steps: ['a', { step: 'b', message: 'later' }] });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { operation_id: 'job-1', user_id: ana.userId, state: 'pending', seq: 3, steps: [{ step: 'a' }, { step: 'b', message: 'later' }] },
    ]);
    expect((await report(ana, 'job-1', 'a', { status: 'in_progress', message: 'half', progress: 50, bytes: 5, total_bytes: 10 })).body.steps[0]).toMatchObject({
      progress: 50,
      bytes: 5,
    });
    await report(ana, 'job-1', 'a', { status: 'completed' });
    const { body } = await report(ana, 'job-1', 'b', { status: 'completed' });
    expect(body).toMatchObject({
      state: 'completed',
      ended_at: expect.any(String),
      steps: [{ started_at: expect.any(String), ended_at: expect.any(String) }, { progress: 100 }],
    });
    expect((await ana.send('GET', '/api/operations/job-1')).body).toEqual(body);
  });

  test('reads what it wrote, though watchers are shown a percentage that comes too soon only in a moment', async () => {
    await create(ana, { id: 'job-soon', kind: 'job', steps: ['a'] });
    await report(ana, 'job-soon', 'a', { status: 'in_progress', progress: 0 });
    for (const progress of [10, 40, 70]) {
      const { body } = await report(ana, 'job-soon', 'a', { status: 'in_progress', message: `${progress} of 100`, progress });
      const read = await ana.send('GET', '/api/operations/job-soon');
      for (const { steps } of [body, read.body]) expect(steps).toMatchObject([{ step: 'a', message: `${progress} of 100`, progress }]);
    }
    await report(ana, 'job-soon', 'a', { status: 'completed' });
  });

  test('may repeat its registration, and not register other work under the id', async () => {
    const json = { id: 'job-2', kind: 'job', steps: ['a'] };
    expect((await create(ana, json)).status).toBe(201);
    expect((await create(ana, json)).status).toBe(200);
    expect((await create(ana, { ...json, steps: ['b'] })).body.code).toBe('operation_id_in_use');
    expect((await create(ana, { ...json, kind: 'other' })).body.code).toBe('operation_id_in_use');
  });

  test('with an API key needs no origin', async () => {
    const { body } = await ana.send('POST', '/api/api-keys', { json: { name: 'reporter' } });
    const answer = await hub.send('POST', '/api/operations', { json: { kind: 'job', steps: ['a'] }, headers: { authorization: `Bearer ${body.key}` } });
    expect([answer.status, answer.body.user_id]).toEqual([201, ana.userId]);
  });

  test('ends an operation that has no declared steps when it says so', async () => {
    await create(ana, { id: 'job-3', kind: 'job' });
    await report(ana, 'job-3', 'found-out', { status: 'completed' });
    expect((await ana.send('GET', '/api/operations/job-3')).body.state).toBe('in_progress');
    expect((await ana.send('PATCH', '/api/operations/job-3', { json: { state: 'completed' } })).body.state).toBe('completed');
    expect((await ana.send('PATCH', '/api/operations/job-3', { json: { state: 'completed' } })).body.code).toBe('operation_ended');
  });

  test('may report for others only as an administrator', async () => {
    expect((await create(ana, { kind: 'job', user_id: ben.userId })).status).toBe(403);
    expect((await create(hub.admin, { id: 'for-ben', kind: 'job', user_id: ben.userId, steps: ['a'] })).status).toBe(201);
    expect((await ben.send('GET', '/api/operations/for-ben')).body.user_id).toBe(ben.userId);
    expect((await report(ana, 'for-ben', 'a', { status: 'completed' })).status).toBe(404);
    expect((await report(hub.admin, 'for-ben', 'a', { status: 'completed' })).body.state).toBe('completed');
  });

  const wrong: [string, object, number, string?][] = [
    ['an id that is none', { id: 'a/b', kind: 'job' }, 400],
    ['no kind', { id: 'x' }, 400],
    ['a kind of 65', { kind: 'k'.repeat(65) }, 400],
    ['a step that is none', { kind: 'job', steps: [''] }, 400],
    ['a user that is none', { kind: 'job', user_id: 0 }, 400],
    ['too many steps', { kind: 'job', steps: Array.from({ length: 21 }, (_, index) => `s${index}`) }, 429, 'too_many_steps'],
  ];
  for (const [title, json, status, code] of wrong) {
    test(`is refused ${title}`, async () => {
      const answer = await create(ana, json);
      expect([answer.status, code ?? answer.body.code]).toEqual([status, answer.body.code]);
    });
  }

  test('is refused a report that is none, or that the table of transitions does not have', async () => {
    await create(ana, { id: 'job-4', kind: 'job', steps: ['a', 'b'] });
    for (const json of [
      { status: 'done' },
      {},
      { status: 'in_progress', progress: 101 },
      { status: 'in_progress', progress: -1 },
      { status: 'in_progress', bytes: 1.5 },
      { status: 'in_progress', message: 'x'.repeat(1001) },
    ]) {
      expect((await report(ana, 'job-4', 'a', json)).status).toBe(400);
    }
    await report(ana, 'job-4', 'a', { status: 'completed' });
    expect((await report(ana, 'job-4', 'a', { status: 'in_progress' })).body.code).toBe('illegal_transition');
  });

  test('is refused more open operations than a user may have', async () => {
    const eve = await hub.person('eve@example.com');
    for (let count = 0; count < 60; count++) expect((await create(eve, { kind: 'job', steps: ['a'] })).status).toBe(201);
    const answer = await create(eve, { kind: 'job', steps: ['a'] });
    expect([answer.status, answer.body.code]).toEqual([429, 'too_many_operations']);
    expect((await create(ana, { kind: 'job', steps: ['a'] })).status).toBe(201);
  });
});

describe('operations', () => {
  test('are listed newest first, page by page, the own ones only', async () => {
    const ids = ['p1', 'p2', 'p3', 'p4', 'p5'];
    const cid = await hub.person('cid@example.com');
    for (const id of ids) await create(cid, { id, kind: id === 'p3' ? 'special' : 'plain', steps: ['a'] });
    await report(cid, 'p2', 'a', { status: 'error' });
    const list = async (query: string) => (await cid.send('GET', `/api/operations${query}`)).body;
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(6);
      const page: { operations: { operation_id: string }[]; next_cursor: string | null } = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.operations.map(({ operation_id }) => operation_id));
      cursor = page.next_cursor;
    }
    expect(seen.sort()).toEqual(ids);
    expect((await list('?kind=special')).operations).toMatchObject([{ operation_id: 'p3' }]);
    expect((await list('?state=error')).operations).toMatchObject([{ operation_id: 'p2' }]);
    expect((await list('?state=stopped')).operations).toEqual([]);
  });

  for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?state=done', '?cursor=nonsense']) {
    test(`are not listed with ${query}`, async () => expect((await ana.send('GET', `/api/operations${query}`)).status).toBe(400));
  }

  test('of others are answered 404, to administrators shown', async () => {
    await create(ana, { id: 'private', kind: 'job', steps: ['a'] });
    for (const path of ['/api/operations/private', `/api/operations/private?user_id=${ana.userId}`]) expect((await ben.send('GET', path)).status).toBe(404);
    expect((await ben.send('POST', '/api/operations/private/stop')).status).toBe(404);
    expect((await hub.admin.send('GET', '/api/operations/private')).body.user_id).toBe(ana.userId);
    expect((await hub.send('GET', '/api/operations/private')).status).toBe(401);
    expect((await ana.send('GET', '/api/operations/a%20b')).status).toBe(400);
  });

  test('of the same id of two users are both there, told apart by user_id', async () => {
    for (const person of [ana, ben]) await create(person, { id: 'twin', kind: 'job', title: person.email, steps: ['a'] });
    expect((await ben.send('GET', '/api/operations/twin')).body.title).toBe(ben.email);
    for (const person of [ana, ben]) expect((await hub.admin.send('GET', `/api/operations/twin?user_id=${person.userId}`)).body.title).toBe(person.email);
    await ben.send('POST', '/api/operations/twin/stop');
    expect((await ana.send('GET', '/api/operations/twin')).body.state).toBe('pending');
    expect((await ben.send('GET', '/api/operations/twin')).body.state).toBe('stopped');
  });

  test('that others report on outlive a restart of the hub; what was registered and never used is still open', async () => {
    await create(ana, { id: 'outliving', kind: 'job', steps: ['a', 'b'] });
    await report(ana, 'outliving', 'a', { status: 'in_progress', message: 'half', progress: 50 });
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: 'unused' });
    await socket.next(({ operation_id }) => operation_id === 'unused');
    const before = (await ana.send('GET', '/api/operations/outliving')).body;
    await hub.restart();
    expect((await socket.closed).code).toBe(1001);
    expect((await ana.send('GET', '/api/operations/outliving')).body).toEqual(before);
    expect((await ana.send('GET', '/api/operations/unused')).body.state).toBe('pending');
    const again = await ana.watch();
    again.send({ type: 'start_operation', operation_id: 'outliving', after: before.seq });
    await report(ana, 'outliving', 'b', { status: 'completed' });
    expect(await again.next(({ step }) => step === 'b')).toMatchObject({ seq: before.seq + 1 });
    again.close();
  });
});
