// Watching over the socket: before, during and after the work, by one tab or several, by id or by user; and stopping.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import type { TestSocket } from '../http/socket.fixture.ts';

let hub: TestHub;
let ana: Person;
let ben: Person;
let id: string;

beforeAll(async () => {
  hub = await startTestHub({ OPERATION_REPLAY_MAX: '8', TICK_INTERVAL_MS: '1' });
  ana = await hub.person('ana@example.com');
  ben = await hub.person('ben@example.com');
});
afterAll(() => hub.stop());
beforeEach(() => {
  id = `remove-config-${crypto.randomUUID()}`;
});

const start = (operation_id: string, after?: number) => ({ type: 'start_operation', operation_id, after });
const ended = (message: { state?: string }) => ['completed', 'error', 'stopped'].includes(message.state ?? '');
/** One word a message: `3:a:in_progress`, `4:completed`, `~` before a snapshot. */
const told = ({ messages }: TestSocket, of = id) =>
  messages
    .filter((message) => message.operation_id === of)
    .map(({ seq, step, status, state, snapshot }) => `${snapshot ? '~' : ''}${seq}:${state ?? `${step}:${status}`}`);

/** Work of two steps, from its registration to its end. */
async function wholeWork(person: Person): Promise<void> {
  await person.begin(id, 'a', 'b');
  for (const step of ['a', 'b']) {
    await person.report(id, step, 'in_progress', { progress: 50 });
    await person.report(id, step, 'completed');
  }
}
const whole = [
  '1:pending',
  '2:a:pending',
  '3:b:pending',
  '4:in_progress',
  '5:a:in_progress',
  '6:a:completed',
  '7:b:in_progress',
  '8:b:completed',
  '9:completed',
];
/** The same for who registered the id before the work: that is one event more at the beginning. */
const wholeAfterRegistration = [
  '1:pending',
  '2:pending',
  '3:a:pending',
  '4:b:pending',
  '5:in_progress',
  '6:a:in_progress',
  '7:a:completed',
  '8:b:in_progress',
  '9:b:completed',
  '10:completed',
];

describe('a simple client', () => {
  test('that only sends start_operation and reads the six members sees the whole work', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: id });
    await socket.next(({ operation_id }) => operation_id === id);
    await wholeWork(ana);
    await socket.next(ended);
    const steps = socket.messages.filter(({ step }) => step !== undefined);
    expect(steps.map(({ step, status, progress }) => [step, status, progress])).toEqual([
      ['a', 'pending', 0],
      ['b', 'pending', 0],
      ['a', 'in_progress', 50],
      ['a', 'completed', 100],
      ['b', 'in_progress', 50],
      ['b', 'completed', 100],
    ]);
    for (const step of steps) {
      expect(Object.keys(step).slice(0, 6)).toEqual(['operation_id', 'step', 'status', 'message', 'progress', 'timestamp']);
      expect(step.operation_id).toBe(id);
      expect(step.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    socket.close();
  });

  test('that sends stop_operation ends an operation on which nothing runs', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: id });
    socket.send({ type: 'stop_operation', operation_id: id });
    expect(await socket.next(ended)).toMatchObject({ state: 'stopped' });
    socket.close();
  });
});

describe('start_operation', () => {
  test('before the work shows all of it', async () => {
    const socket = await ana.watch();
    socket.send(start(id));
    await socket.next(({ seq }) => seq === 1);
    await wholeWork(ana);
    await socket.next(ended);
    expect(told(socket)).toEqual(wholeAfterRegistration);
    socket.close();
  });

  test('in the middle of the work shows what was and what follows, once and in order', async () => {
    await ana.begin(id, 'a');
    await ana.report(id, 'a', 'in_progress', { progress: 10 });
    const socket = await ana.watch();
    socket.send(start(id));
    await socket.next(({ progress }) => progress === 10);
    await ana.report(id, 'a', 'completed');
    await socket.next(ended);
    expect(told(socket)).toEqual(['1:pending', '2:a:pending', '3:in_progress', '4:a:in_progress', '5:a:completed', '6:completed']);
    socket.close();
  });

  test('after the end replays every transition, and the end comes last', async () => {
    await wholeWork(ana);
    const socket = await ana.watch();
    socket.send(start(id));
    await socket.next(ended);
    expect(told(socket)).toEqual(whole);
    socket.close();
  });

  test('with `after` gives exactly what came since, open or ended', async () => {
    await wholeWork(ana);
    const open = `${id}-open`;
    await ana.begin(open, 'a');
    await ana.report(open, 'a', 'in_progress');
    const socket = await ana.watch();
    socket.send(start(id, 6));
    socket.send(start(open, 2));
    await socket.next((message) => message.operation_id === open && message.seq === 4);
    await socket.next(ended);
    expect(told(socket)).toEqual(['7:b:in_progress', '8:b:completed', '9:completed']);
    expect(told(socket, open)).toEqual(['3:in_progress', '4:a:in_progress']);
    socket.close();
  });

  test('with an `after` that is no longer held gives a snapshot, and the stream goes on from its last number', async () => {
    await ana.begin(id, 'a', 'b');
    const earlier = await ana.watch();
    earlier.send(start(id));
    for (let progress = 1; progress <= 40; progress++) await ana.report(id, 'a', 'in_progress', { progress });
    // The last percentage may be held back for a moment: what one watcher has seen is shown to all.
    await earlier.next(({ progress }) => progress === 40);
    earlier.close();
    const socket = await ana.watch();
    socket.send(start(id, 4));
    const last = await socket.next(({ progress }) => progress === 40);
    const seen = told(socket);
    expect(seen.every((event) => event.startsWith('~'))).toBe(true);
    expect(socket.messages.map(({ step, state }) => step ?? state)).toEqual(['b', 'in_progress', 'a']);
    await ana.report(id, 'b', 'completed');
    expect((await socket.next(({ step, status }) => step === 'b' && status === 'completed')).seq).toBe(last.seq + 1);
    socket.close();
  });

  test('with an `after` ahead of everything gives a snapshot', async () => {
    await ana.begin(id, 'a');
    const socket = await ana.watch();
    socket.send(start(id, 1000));
    await socket.next(({ step }) => step === 'a');
    expect(told(socket)).toEqual(['~1:pending', '~2:a:pending']);
    socket.close();
  });

  test('with everything seen gives nothing but what follows', async () => {
    await ana.begin(id, 'a');
    const socket = await ana.watch();
    socket.send(start(id, 2));
    socket.send(start(`${id}-other`));
    await socket.next(({ operation_id }) => operation_id === `${id}-other`);
    expect(told(socket)).toEqual([]);
    await ana.report(id, 'a', 'completed');
    await socket.next(ended);
    expect(told(socket)).toEqual(['3:in_progress', '4:a:completed', '5:completed']);
    socket.close();
  });

  test('sent at the same time as the request loses nothing, whichever comes first', async () => {
    for (let round = 0; round < 20; round++) {
      const operation = `${id}-${round}`;
      const socket = await ana.watch();
      socket.send(start(operation));
      await ana.begin(operation, 'a');
      await ana.report(operation, 'a', 'completed');
      await socket.next((message) => ended(message) && message.operation_id === operation);
      const numbers = socket.messages.map(({ seq }) => seq);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      socket.close();
    }
  });
});

describe('two tabs', () => {
  test('see the same numbered events', async () => {
    const tabs = await Promise.all([ana.watch(), ana.watch()]);
    for (const tab of tabs) tab.send(start(id));
    await Promise.all(tabs.map((tab) => tab.next(({ seq }) => seq === 1)));
    await wholeWork(ana);
    await Promise.all(tabs.map((tab) => tab.next(ended)));
    expect(tabs[1]?.messages).toEqual(tabs[0]?.messages as never);
    expect(tabs.map((tab) => told(tab))).toEqual([wholeAfterRegistration, wholeAfterRegistration]);
    for (const tab of tabs) tab.close();
  });

  test('one that closes takes nothing from the other', async () => {
    const [one, other] = await Promise.all([ana.watch(), ana.watch()]);
    for (const tab of [one, other]) tab.send(start(id));
    await other.next(({ seq }) => seq === 1);
    one.close();
    await one.closed;
    await wholeWork(ana);
    await other.next(ended);
    expect(told(other)).toEqual(wholeAfterRegistration);
    other.close();
  });
});

describe('watch', () => {
  test('follows every operation of the user: those that are open and those that come', async () => {
    const before = `${id}-before`;
    await ana.begin(before, 'a');
    const socket = await ana.watch();
    socket.send({ type: 'watch', scope: 'user' });
    await socket.next((message) => message.operation_id === before && message.step === 'a');
    await wholeWork(ana);
    await socket.next((message) => ended(message) && message.operation_id === id);
    expect(told(socket)).toEqual(whole);
    socket.close();
  });

  test('beside start_operation shows nothing twice', async () => {
    const socket = await ana.watch();
    socket.send(start(id));
    await socket.next(({ seq }) => seq === 1);
    socket.send({ type: 'watch', scope: 'user' });
    await wholeWork(ana);
    await socket.next((message) => ended(message) && message.operation_id === id);
    expect(told(socket)).toEqual(wholeAfterRegistration);
    socket.close();
  });

  test("shows nobody else's", async () => {
    const socket = await ben.watch();
    socket.send({ type: 'watch', scope: 'user' });
    await wholeWork(ana);
    await ben.begin(`${id}-own`, 'a');
    await socket.next(({ operation_id }) => operation_id === `${id}-own`);
    expect(told(socket)).toEqual([]);
    socket.close();
  });
});

describe('unwatch', () => {
  test('of an operation ends its messages and no others', async () => {
    const other = `${id}-other`;
    const socket = await ana.watch();
    socket.send(start(id));
    socket.send(start(other));
    await socket.next((message) => message.operation_id === other);
    socket.send({ type: 'unwatch', operation_id: id });
    // What follows on the same socket is answered after the unwatch.
    socket.send(start(`${id}-fence`));
    await socket.next((message) => message.operation_id === `${id}-fence`);
    await wholeWork(ana);
    await ana.begin(other, 'a');
    await socket.next((message) => message.operation_id === other && message.step === 'a');
    expect(told(socket)).toEqual(['1:pending']);
    socket.close();
  });

  test('of the user goes back to the operations that were asked for one by one', async () => {
    const socket = await ana.watch();
    socket.send(start(id));
    socket.send({ type: 'watch', scope: 'user' });
    socket.send({ type: 'unwatch', scope: 'user' });
    socket.send(start(`${id}-fence`));
    await socket.next((message) => message.operation_id === `${id}-fence`);
    await ana.begin(`${id}-other`, 'a');
    await wholeWork(ana);
    await socket.next((message) => ended(message) && message.operation_id === id);
    expect(told(socket)).toEqual(wholeAfterRegistration);
    expect(told(socket, `${id}-other`)).toEqual([]);
    socket.close();
  });
});

test('unwatch of nothing is refused', async () => {
  const socket = await ana.watch();
  socket.send({ type: 'unwatch' });
  expect(await socket.next(({ type }) => type === 'error')).toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('operation_id or scope'),
  });
  socket.close();
});

describe('stop_operation', () => {
  test('ends the unsettled steps of reported work with a message, and the operation as stopped', async () => {
    await ana.begin(id, 'a', 'b');
    await ana.report(id, 'a', 'completed');
    const socket = await ana.watch(undefined, { 'accept-language': 'es' });
    socket.send(start(id));
    socket.send({ type: 'stop_operation', operation_id: id });
    expect(await socket.next(ended)).toMatchObject({ state: 'stopped' });
    expect(socket.messages.findLast(({ step }) => step === 'b')).toMatchObject({ status: 'error', progress: 0 });
    expect(socket.messages.findLast(({ step }) => step === 'a')).toMatchObject({ status: 'completed', progress: 100 });
    expect((await ana.send('PATCH', `/api/operations/${id}/steps/b`, { json: { status: 'completed' } })).body.code).toBe('operation_ended');
    socket.close();
  });

  test('of what is not there is refused with its id, and the socket stays open', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'stop_operation', operation_id: id });
    expect(await socket.next(({ type }) => type === 'error')).toMatchObject({ code: 'not_found', operation_id: id });
    socket.send(start(id));
    await socket.next(({ seq }) => seq === 1);
    socket.close();
  });

  test('of what has ended changes nothing', async () => {
    await wholeWork(ana);
    const socket = await ana.watch();
    socket.send({ type: 'stop_operation', operation_id: id });
    socket.send(start(id));
    await socket.next(ended);
    expect(told(socket)).toEqual(whole);
    socket.close();
  });
});

describe('whose operations', () => {
  test('the same id of two users is two operations, and nobody stops the other', async () => {
    await ana.begin(id, 'a');
    const socket = await ben.watch();
    socket.send(start(id));
    await socket.next(({ seq }) => seq === 1);
    expect(socket.messages[0]).toMatchObject({ kind: '' });
    socket.send({ type: 'stop_operation', operation_id: id });
    await socket.next(ended);
    expect((await ana.send('GET', `/api/operations/${id}`)).body).toMatchObject({ state: 'pending', user_id: ana.userId });
    socket.close();
  });

  test("an administrator watches and stops anyone's", async () => {
    await ana.begin(id, 'a');
    const socket = await hub.admin.watch(`?userId=${ana.userId}`);
    socket.send(start(id));
    await socket.next(({ step }) => step === 'a');
    socket.send({ type: 'stop_operation', operation_id: id });
    await socket.next(ended);
    expect((await ana.send('GET', `/api/operations/${id}`)).body.state).toBe('stopped');
    socket.close();
  });
});

test('an operation that nobody works on ends by itself', async () => {
  const short = await startTestHub({ OPERATION_UNUSED_MAX_MS: '100' });
  const socket = await short.admin.watch();
  socket.send(start(id));
  expect(await socket.next(ended)).toMatchObject({ state: 'error' });
  expect((await eventually(async () => (await short.admin.send('GET', `/api/operations/${id}`)).body)).state).toBe('error');
  socket.close();
  await short.stop();
});
