// The stream of an operation as server-sent events: the same numbers, resumed by Last-Event-ID, over with the operation.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
let id: string;

beforeAll(async () => {
  hub = await startTestHub({ CONNECTIONS_PER_USER_MAX: '2' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());
beforeEach(() => {
  id = `op-${crypto.randomUUID()}`;
});

interface Stream {
  status: number;
  type: string | null;
  /** `id:state` or `id:step:status` of every event so far. */
  events: string[];
  /** Resolves when the server ends the stream. */
  ended: Promise<void>;
  close(): void;
}

/** Opens the stream and reads on in the background. */
async function open(person: Person, headers: Record<string, string> = {}, query = ''): Promise<Stream> {
  const aborter = new AbortController();
  const response = await fetch(`${hub.url}/api/operations/${id}/events${query}`, { headers: { cookie: person.cookie, ...headers }, signal: aborter.signal });
  const events: string[] = [];
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events,
    ended: read(response, events).catch(() => {}),
    close: () => aborter.abort(),
  };
}

async function read(response: Response, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^id: (\d+)\ndata: (.*)$/.exec(block);
      if (!match) continue;
      const event = JSON.parse(match[2] ?? '');
      if (event.seq !== Number(match[1])) throw new Error('the id is not the seq');
      into.push(`${event.snapshot ? '~' : ''}${event.seq}:${event.state ?? `${event.step}:${event.status}`}`);
    }
  }
}

async function work(): Promise<void> {
  await ana.report(id, 'a', 'in_progress');
  await ana.report(id, 'a', 'completed');
}
const whole = ['1:pending', '2:a:pending', '3:in_progress', '4:a:in_progress', '5:a:completed', '6:completed'];

describe('the stream', () => {
  test('shows what was and what follows, and ends with the operation', async () => {
    await ana.begin(id, 'a');
    const stream = await open(ana);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream']);
    await work();
    await stream.ended;
    expect(stream.events).toEqual(whole);
  });

  test('goes on after Last-Event-ID, open or ended', async () => {
    await ana.begin(id, 'a');
    const stream = await open(ana, { 'last-event-id': '1' });
    await work();
    await stream.ended;
    expect(stream.events).toEqual(whole.slice(1));
    const again = await open(ana, { 'last-event-id': '4' });
    await again.ended;
    expect(again.events).toEqual(whole.slice(4));
  });

  test('takes `after` where a header cannot be set, and the header before it', async () => {
    await ana.begin(id, 'a');
    await work();
    const [byQuery, byHeader] = [await open(ana, {}, '?after=4'), await open(ana, { 'last-event-id': '5' }, '?after=1')];
    await Promise.all([byQuery.ended, byHeader.ended]);
    expect([byQuery.events, byHeader.events]).toEqual([whole.slice(4), whole.slice(5)]);
  });

  test('answers 204 to who has everything of an operation that ended, so that a browser does not come back', async () => {
    await ana.begin(id, 'a');
    await work();
    expect((await open(ana, { 'last-event-id': '6' })).status).toBe(204);
  });

  test('keeps no place for a HEAD, which nobody reads on', async () => {
    await ana.begin(id, 'a');
    for (const path of [`/api/operations/${id}/events`, '/api/reports/stops']) {
      for (let count = 0; count < 3; count++) {
        const { status, headers } = await ana.send('HEAD', path);
        expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
      }
    }
    await work();
  });

  test('ignores a Last-Event-ID that is no number', async () => {
    await ana.begin(id, 'a');
    await work();
    const stream = await open(ana, { 'last-event-id': 'abc' });
    await stream.ended;
    expect(stream.events).toEqual(whole);
  });
});

describe('refused are', () => {
  test('nobody with 401, others and unknown operations with 404, wrong queries with 400', async () => {
    await ana.begin(id, 'a');
    expect((await fetch(`${hub.url}/api/operations/${id}/events`)).status).toBe(401);
    expect((await open(ben)).status).toBe(404);
    expect((await open(ben, {}, `?user_id=${ana.userId}`)).status).toBe(404);
    expect((await open(ana, {}, '?after=-1')).status).toBe(400);
    id = 'unknown';
    expect((await open(ana)).status).toBe(404);
  });

  test('not administrators', async () => {
    await ana.begin(id, 'a');
    const stream = await open(hub.admin, {}, `?user_id=${ana.userId}`);
    await work();
    await stream.ended;
    expect(stream.events).toEqual(whole);
  });

  test('more streams and sockets than a user may have, with 429; a reader that leaves makes room', async () => {
    await ana.begin(id, 'a');
    const [one, two] = [await open(ana), await open(ana)];
    expect((await open(ana)).status).toBe(429);
    expect(await ana.watchStatus()).toBe(429);
    one.close();
    await eventually(async () => (await ana.watchStatus()) === 101);
    two.close();
    await eventually(async () => {
      const streams = await Promise.all([open(ana), open(ana)]);
      for (const stream of streams) stream.close();
      return streams.every(({ status }) => status === 200);
    });
  });
});
