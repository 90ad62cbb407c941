// What a progress socket is closed for, with which code, and that one who misbehaves or reads slowly hurts nobody else.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { eventually, type Person, startTestHub, type TestHub } from '../http/hub.fixture.ts';
import { faultsOf, readFrames } from './slow-reader.fixture.ts';

let hub: TestHub;
let ana: Person;
let id: string;

beforeAll(async () => {
  hub = await startTestHub({
    PROGRESS_BAD_MESSAGES_MAX: '5',
    PROGRESS_MESSAGES_PER_SECOND_MAX: '10',
    PROGRESS_MESSAGE_MAX_BYTES: '1024',
  });
  ana = await hub.person('ana@example.com');
});
afterAll(() => hub.stop());
beforeEach(() => {
  id = `op-${crypto.randomUUID()}`;
});

describe('a bad message', () => {
  const rows: [string, unknown][] = [
    ['not JSON', 'hello'],
    ['no object', '[]'],
    ['null', 'null'],
    ['of no type', { operation_id: 'x' }],
    ['of an unknown type', { type: 'begin', operation_id: 'x' }],
    ['without an id', { type: 'start_operation' }],
    ['with an empty id', { type: 'start_operation', operation_id: '' }],
    ['with a space in the id', { type: 'start_operation', operation_id: 'a b' }],
    ['with a slash in the id', { type: 'start_operation', operation_id: '../a' }],
    ['with an id of 129', { type: 'start_operation', operation_id: 'a'.repeat(129) }],
    ['with an id that is a number', { type: 'start_operation', operation_id: 7 }],
    ['with a negative after', { type: 'start_operation', operation_id: 'x', after: -1 }],
    ['with an after that is text', { type: 'start_operation', operation_id: 'x', after: '1' }],
    ['to watch an unknown scope', { type: 'watch', scope: 'everybody' }],
  ];
  for (const [title, message] of rows) {
    test(`(${title}) is refused, and the connection stays open`, async () => {
      const socket = await ana.watch();
      socket.send(message);
      expect(await socket.next(({ type }) => type === 'error')).toMatchObject({ code: 'invalid_request' });
      socket.send({ type: 'start_operation', operation_id: id });
      await socket.next(({ seq }) => seq === 1);
      socket.close();
    });
  }

  test('names the operation it speaks of, when it does', async () => {
    const socket = await ana.watch();
    socket.send({ type: 'start_operation', operation_id: 'known', after: -1 });
    expect(await socket.next(({ type }) => type === 'error')).toMatchObject({ operation_id: 'known' });
    socket.close();
  });

  test('too many times closes with 4429', async () => {
    const socket = await ana.watch();
    for (let count = 0; count < 5; count++) socket.send('nonsense');
    expect((await socket.closed).code).toBe(4429);
    expect(socket.messages).toHaveLength(5);
  });

  test('larger than allowed closes with 4400', async () => {
    const socket = await ana.watch();
    socket.send(' '.repeat(1025));
    expect((await socket.closed).code).toBe(4400);
  });
});

test('the size of a message is counted in bytes, not in letters', async () => {
  const socket = await ana.watch();
  socket.send(JSON.stringify({ type: 'ñ'.repeat(600) }));
  expect((await socket.closed).code).toBe(4400);
});

test('an id of 128 of every allowed character is taken', async () => {
  const longest = `AZaz09._:-${'x'.repeat(118)}`;
  const socket = await ana.watch();
  socket.send({ type: 'start_operation', operation_id: longest });
  expect((await socket.next(({ seq }) => seq === 1)).operation_id).toBe(longest);
  socket.close();
});

test('good messages that come too fast are refused, then closed with 4429', async () => {
  const socket = await ana.watch();
  for (let count = 0; count < 200; count++) socket.send({ type: 'unwatch', operation_id: id });
  expect((await socket.closed).code).toBe(4429);
  expect(socket.messages.every(({ code }) => code === 'too_many_requests')).toBe(true);
});

describe('what ends a session ends its sockets', () => {
  test('a sign-out closes with 4401, the sockets of that session only', async () => {
    const other = await hub.signIn(ana.email);
    const [kept, ending] = [await ana.watch(), await other.watch()];
    await other.send('POST', '/api/auth/sign-out');
    expect((await ending.closed).code).toBe(4401);
    kept.send({ type: 'start_operation', operation_id: id });
    await kept.next(({ seq }) => seq === 1);
    kept.close();
  });

  test('disabling the account closes with 4403', async () => {
    const eve = await hub.person('eve@example.com');
    const socket = await eve.watch();
    expect((await hub.admin.send('PATCH', `/api/users/${eve.userId}`, { json: { disabled: true } })).status).toBe(200);
    expect((await socket.closed).code).toBe(4403);
    expect(await eve.watchStatus()).toBe(401);
  });

  test('deleting an API key closes what it opened with 4401', async () => {
    const { body: key } = await ana.send('POST', '/api/api-keys', { json: { name: 'program' } });
    const socket = await ana.watch(undefined, { cookie: '', authorization: `Bearer ${key.key}` });
    await ana.send('DELETE', `/api/api-keys/${key.id}`);
    expect((await socket.closed).code).toBe(4401);
  });
});

/** A socket that reads nothing until it is told to. */
async function slowSocket(person: Person, port: number): Promise<{ socket: Socket; send(message: object): void }> {
  const socket = connect({ port, host: '127.0.0.1' });
  const upgraded = new Promise<void>((resolve, reject) => {
    socket.once('data', (data) => (data.toString().startsWith('HTTP/1.1 101') ? resolve() : reject(new Error(data.toString()))));
    socket.once('error', reject);
  });
  socket.write(
    `GET /ws/progress?userId=${person.userId} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${person.cookie}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${btoa('0123456789abcdef')}\r\n\r\n`,
  );
  await upgraded;
  socket.pause();
  return {
    socket,
    send(message) {
      const payload = Buffer.from(JSON.stringify(message));
      // A text frame of a client, masked with zeros.
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
    },
  };
}

/** An operation of 300 steps that says a megabyte of messages in one request; ends at once. */
async function pour(person: Person, operation: string): Promise<void> {
  const steps = Array.from({ length: 300 }, (_, index) => ({ step: `s${index}`, message: '漢'.repeat(1000) }));
  const answer = await person.send('POST', '/api/operations', { json: { id: operation, kind: 'flood', steps } });
  if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
}

describe('a reader that does not read', () => {
  const roomy = { PROGRESS_BUFFER_MAX_BYTES: String(1024 ** 2), CONNECTIONS_PER_USER_MAX: '2' };

  test('is closed after a while, and those who read get every event meanwhile', async () => {
    const own = await startTestHub({ ...roomy, PROGRESS_SLOW_MAX_MS: '300' });
    const reader = await own.admin.watch();
    reader.send({ type: 'watch', scope: 'user' });
    const { socket, send } = await slowSocket(own.admin, Number(new URL(own.url).port));
    send({ type: 'watch', scope: 'user' });
    socket.on('error', () => {});
    let poured = 0;
    while ((await own.admin.watchStatus()) === 429) await pour(own.admin, `flood-${poured++}`);
    const last = `flood-${poured - 1}`;
    await reader.next((message) => message.operation_id === last && message.step === 's299');
    expect(reader.messages).toHaveLength(poured * 301);
    expect(reader.messages.some(({ snapshot }) => snapshot)).toBe(false);
    reader.close();
    socket.destroy();
    await own.stop();
  }, 30_000);

  test('is told so by the code, also when much came at once', async () => {
    const own = await startTestHub({ PROGRESS_BUFFER_MAX_BYTES: '65536', PROGRESS_SLOW_MAX_MS: '300', CONNECTIONS_PER_USER_MAX: '1' });
    const { socket, send } = await slowSocket(own.admin, Number(new URL(own.url).port));
    send({ type: 'watch', scope: 'user' });
    // More than the buffers of the system take, all of it between two looks of the hub.
    await Promise.all(Array.from({ length: 10 }, (_, index) => pour(own.admin, `burst-${index}`)));
    // Its place is free: the hub has let it go.
    await eventually(async () => (await own.admin.watchStatus()) === 101);
    const { promise: closed, resolve } = Promise.withResolvers<number | undefined>();
    socket.on('close', () => resolve(undefined));
    readFrames(socket, resolve);
    socket.resume();
    expect(await closed).toBe(4408);
    socket.destroy();
    await own.stop();
  }, 30_000);

  test('that reads again in time gets the newest state of every step, and the stream goes on', async () => {
    const own = await startTestHub(roomy);
    const { socket, send } = await slowSocket(own.admin, Number(new URL(own.url).port));
    send({ type: 'watch', scope: 'user' });
    // More than the buffers of the system take, so that the rest waits in the hub.
    const poured = 16;
    for (let count = 0; count < poured; count++) await pour(own.admin, `flood-${count}`);
    // One that was seen from its beginning, and ends while nobody reads.
    await own.admin.send('PATCH', '/api/operations/flood-0', { json: { state: 'error' } });
    const events = readFrames(socket);
    socket.resume();
    await eventually(() => new Set(events.map(({ operation_id, step }) => `${operation_id} ${step}`)).size === poured * 301);
    await eventually(() => events.some(({ operation_id, state }) => operation_id === 'flood-0' && state === 'error'));
    await own.admin.report('flood-1', 's0', 'completed');
    await eventually(() => events.some(({ status }) => status === 'completed'));
    expect(events.some(({ snapshot }) => snapshot)).toBe(true);
    for (let count = 0; count < poured; count++) expect(faultsOf(events.filter(({ operation_id }) => operation_id === `flood-${count}`))).toEqual([]);
    socket.destroy();
    await own.stop();
  }, 30_000);
});
