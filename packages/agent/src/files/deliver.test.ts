// Deliveries to a real agent from a hub that behaves, and from one that does not.
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '@relevo/runtime';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import type { HubFile } from '../hub.fixture.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(async () => {
  await bench.close();
});

function random(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(bytes));
}

function onDisk(name: string): Buffer {
  return readFileSync(join(bench.filesDir, name));
}

/** What lies in the folder, hidden partial files included. */
function everything(): string[] {
  return readdirSync(bench.filesDir, { recursive: true })
    .map(String)
    .filter((entry) => entry !== '.relevo-partial');
}

async function outcome(file: HubFile): Promise<string> {
  const end = await bench.hub.end(bench.hub.deliver(file));
  return `${end.status} ${end.text.code}`;
}

test('a file arrives with the same bytes under its own name', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(3_000_001), 'año — 写真.bin');
  expect(await outcome(file)).toBe('completed delivery.done');
  expect(onDisk(file.name).equals(file.bytes)).toBe(true);
  expect(bench.hub.journal).toContainEqual(
    expect.objectContaining({ type: 'file_held', file: expect.objectContaining({ name: file.name, sha256: file.sha256, size: 3_000_001 }) }),
  );
  expect(everything()).toEqual([file.name]);
});

test('an empty file arrives', async () => {
  await bench.start();
  expect(await outcome(bench.hub.addFile(random(0), 'empty'))).toBe('completed delivery.done');
  expect(onDisk('empty').length).toBe(0);
});

test('a name that is taken is replaced by the new bytes', async () => {
  await bench.start();
  const [before, after] = [bench.hub.addFile(random(100_000), 'same'), bench.hub.addFile(random(200_000), 'same')];
  await outcome(before);
  expect(await outcome(after)).toBe('completed delivery.done');
  expect(onDisk('same').equals(after.bytes)).toBe(true);
});

test('bytes that are there already are not fetched again', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(100_000), 'same');
  await outcome(file);
  const { bytesServed } = bench.hub;
  expect(await outcome(file)).toBe('completed delivery.already_there');
  expect(bench.hub.bytesServed).toBe(bytesServed);
});

test('bytes that somebody changed by hand are fetched again', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(100_000), 'same');
  await outcome(file);
  writeFileSync(join(bench.filesDir, 'same'), random(100_000));
  expect(await outcome(file)).toBe('completed delivery.done');
  expect(onDisk('same').equals(file.bytes)).toBe(true);
});

test('the same bytes under two names at once are two files', async () => {
  await bench.start();
  const bytes = random(2_000_000);
  const ids = ['one', 'two'].map((name) => bench.hub.deliver(bench.hub.addFile(bytes, name)));
  for (const id of ids) expect((await bench.hub.end(id)).status).toBe('completed');
  expect(onDisk('one').equals(bytes) && onDisk('two').equals(bytes)).toBe(true);
});

test('progress is told in ticks, never falls, and comes with bytes', async () => {
  await bench.start();
  const file = bench.hub.addFile(random(4_000_000));
  const id = bench.hub.deliver(file);
  await bench.hub.end(id);
  const ticks = bench.hub.messages.filter((message) => message.type === 'tick').filter((tick) => tick.task_id === id);
  expect(ticks.length).toBeGreaterThan(0);
  const bytes = ticks.map((tick) => tick.bytes ?? 0);
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  expect(ticks.every((tick) => tick.total_bytes === 4_000_000)).toBe(true);
});

describe('a transfer that cannot succeed ends with a sentence and leaves nothing', () => {
  const refusals: [string, () => Response, string][] = [
    ['404', () => new ProblemError('not_found').toResponse(), 'delivery.file_deleted'],
    ['410', () => new Response(null, { status: 410 }), 'delivery.file_deleted'],
    ['412', () => new ProblemError('precondition_failed').toResponse(), 'delivery.file_changed'],
    ['another entity tag', () => new Response('x', { status: 206, headers: { etag: '"other"', 'content-range': 'bytes 0-0/1' } }), 'delivery.file_changed'],
    ['400', () => new ProblemError('invalid_request').toResponse(), 'delivery.refused'],
    ['413', () => new ProblemError('body_too_large').toResponse(), 'delivery.refused'],
  ];

  test.each(refusals)('the content is answered with %s', async (_name, answer, code) => {
    await bench.start();
    bench.hub.onContent = answer;
    expect(await outcome(bench.hub.addFile(random(500_000)))).toBe(`error ${code}`);
    expect(everything()).toEqual([]);
  });

  test('the file is deleted on the hub while it is fetched', async () => {
    await bench.start();
    const file = bench.hub.addFile(random(2_000_000));
    bench.hub.onContent = (_request, usual) => {
      const answer = usual();
      bench.hub.removeFile(file.id);
      return answer;
    };
    expect(await outcome(file)).toBe('error delivery.file_deleted');
    expect(everything()).toEqual([]);
  });

  test.each([
    ['is not there', () => new ProblemError('not_found').toResponse(), 'delivery.file_deleted'],
    ['is of another file', () => Response.json({ sha256: 'a'.repeat(64), size: 500_000, chunks: [[500_000, 'b'.repeat(64)]] }), 'delivery.file_changed'],
  ] as [string, () => Response, string][])('the manifest %s', async (_name, answer, code) => {
    await bench.start();
    bench.hub.onManifest = answer;
    expect(await outcome(bench.hub.addFile(random(500_000)))).toBe(`error ${code}`);
    expect(everything()).toEqual([]);
  });

  test('the manifest is larger than allowed', async () => {
    await bench.start({ MANIFEST_MAX_BYTES: '1024' });
    const file = bench.hub.addFile(random(64 * 1024 * 40));
    const end = await bench.hub.end(bench.hub.deliver(file));
    expect([end.status, end.text.code]).toEqual(['error', 'delivery.refused']);
  });

  test('a chunk is corrupted every time', async () => {
    await bench.start({ CHUNK_ATTEMPTS_MAX: '3' });
    bench.hub.onContent = (_request, usual) => corrupted(usual(), 70_000);
    const end = await bench.hub.end(bench.hub.deliver(bench.hub.addFile(random(200_000))));
    expect([end.status, end.text]).toEqual(['error', { code: 'delivery.corrupted', values: { attempts: 3 } }]);
    expect(everything()).toEqual([]);
  });

  test('every chunk is right but the whole is not what was promised', async () => {
    await bench.start();
    const file = bench.hub.addFile(random(200_000));
    const other = bench.hub.addFile(random(200_000));
    const sha256 = file.sha256;
    bench.hub.onManifest = async (_request, usual) => Response.json({ ...((await (await usual()).json()) as object), sha256: other.sha256 });
    bench.hub.onContent = async (request, usual) => {
      request.headers.set('if-match', `"${sha256}"`);
      const answer = await usual();
      return new Response(answer.body, {
        status: answer.status,
        headers: { 'content-range': answer.headers.get('content-range') ?? '', etag: `"${other.sha256}"` },
      });
    };
    expect(await outcome({ ...file, sha256: other.sha256 })).toBe('error delivery.corrupted');
    expect(everything()).toEqual([]);
  });

  test('a folder has the name of the file', async () => {
    await bench.start();
    mkdirSync(join(bench.filesDir, 'taken'));
    expect(await outcome(bench.hub.addFile(random(1000), 'taken'))).toBe('error delivery.failed');
    expect(everything()).toEqual(['taken']);
  });

  test.each(['../escaped', 'a/b', '.relevo-partial', '..', 'con'])('the hub lets the name %p pass', async (name) => {
    await bench.start();
    expect(await outcome(bench.hub.addFile(random(1000), name))).toBe('error delivery.failed');
    expect(everything()).toEqual([]);
  });
});

describe('a transfer that is interrupted goes on', () => {
  /** The first `times` requests for content are answered otherwise. */
  function firstAnswers(times: number, answer: (usual: Response) => Response | Promise<Response>): void {
    let seen = 0;
    bench.hub.onContent = async (_request, usual) => {
      seen += 1;
      return seen <= times ? answer(await usual()) : usual();
    };
  }

  const interruptions: [string, (usual: Response) => Response | Promise<Response>][] = [
    ['503 with Retry-After', () => new ProblemError('draining', undefined, { headers: { 'retry-after': '0' } }).toResponse()],
    ['500', () => new Response('oops', { status: 500 })],
    ['429', () => new ProblemError('too_many_requests').toResponse()],
    ['200 with the whole file', async (usual) => new Response(await usual.bytes())],
    ['one corrupted chunk', (usual) => corrupted(usual, 10)],
    ['a body that ends early', async (usual) => part(usual, (await usual.bytes()).slice(0, 100_000))],
    ['a body that never ends', async (usual) => part(usual, stalling((await usual.bytes()).slice(0, 100_000)))],
    ['a token that is not taken', () => new ProblemError('token_invalid').toResponse()],
  ];

  test.each(interruptions)('after %s', async (_name, answer) => {
    await bench.start({ TRANSFER_STALL_MAX_MS: '200' });
    firstAnswers(1, answer);
    const file = bench.hub.addFile(random(1_500_000));
    expect(await outcome(file)).toBe('completed delivery.done');
    expect(onDisk(file.name).equals(file.bytes)).toBe(true);
  });

  test('and says so when everything stands still, and again when it goes on', async () => {
    await bench.start({ TRANSFER_RANGES_AT_ONCE_MAX: '1' });
    firstAnswers(3, () => new ProblemError('draining').toResponse());
    const id = bench.hub.deliver(bench.hub.addFile(random(1_000_000)));
    await bench.hub.end(id);
    expect(bench.hub.reports(id).map((report) => report.text.code)).toEqual(['delivery.starting', 'delivery.retrying', 'delivery.receiving', 'delivery.done']);
  });

  test('only the corrupted chunk and what followed it is fetched again', async () => {
    await bench.start({ TRANSFER_RANGES_AT_ONCE_MAX: '1', TRANSFER_RANGE_BYTES: String(64 * 1024 * 4) });
    firstAnswers(1, (usual) => corrupted(usual, 64 * 1024 * 3 + 5));
    const file = bench.hub.addFile(random(64 * 1024 * 8));
    expect(await outcome(file)).toBe('completed delivery.done');
    expect(bench.hub.bytesServed).toBe(file.bytes.length + 64 * 1024);
  });

  test('a token that was refused is renewed', async () => {
    await bench.start({ TRANSFER_RANGES_AT_ONCE_MAX: '1' });
    firstAnswers(1, () => new ProblemError('token_invalid').toResponse());
    await outcome(bench.hub.addFile(random(100_000)));
    expect(bench.hub.tokens.length).toBe(2);
  });

  test('after the hub was away', async () => {
    await bench.start({ TRANSFER_RANGES_AT_ONCE_MAX: '1' });
    const file = bench.hub.addFile(random(2_000_000));
    let requests = 0;
    const gone = Promise.withResolvers<void>();
    bench.hub.onContent = (_request, usual) => {
      requests += 1;
      if (requests === 3) gone.resolve();
      return usual();
    };
    const id = bench.hub.deliver(file);
    await gone.promise;
    await bench.hub.stop();
    bench.hub.start();
    expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
    expect(onDisk(file.name).equals(file.bytes)).toBe(true);
  });
});

describe('stop', () => {
  /** A delivery that stands still in the middle. */
  async function underWay(): Promise<string> {
    const file = bench.hub.addFile(random(2_000_000));
    let requests = 0;
    bench.hub.onContent = async (_request, usual) => {
      requests += 1;
      const answer = await usual();
      return requests < 3 ? answer : part(answer, stalling((await answer.bytes()).slice(0, 70_000)));
    };
    const id = bench.hub.deliver(file);
    await bench.hub.until(() => bench.hub.messages.some((message) => message.type === 'tick' && (message.bytes ?? 0) > 100_000));
    return id;
  }

  test('ends a transfer under way and leaves nothing', async () => {
    await bench.start({ TRANSFER_STALL_MAX_MS: '60000' });
    const id = await underWay();
    expect(everything().length).toBe(1);
    bench.hub.give({ kind: 'task.stop', task_id: id });
    const end = await bench.hub.end(id);
    expect([end.status, end.text.code]).toEqual(['error', 'step.stopped']);
    expect(everything()).toEqual([]);
  });

  test('ends a task that waits for its turn, without running it', async () => {
    await bench.start({ TRANSFER_STALL_MAX_MS: '60000', TRANSFERS_AT_ONCE_MAX: '1' });
    const first = await underWay();
    const second = bench.hub.deliver(bench.hub.addFile(random(1000), 'second'));
    bench.hub.give({ kind: 'task.stop', task_id: second });
    expect((await bench.hub.end(second)).text.code).toBe('step.stopped');
    expect(bench.hub.reports(second).length).toBe(1);
    expect(bench.hub.reports(first).some((report) => report.status !== 'in_progress')).toBe(false);
  });

  test('waits for no transfer, nor does any other work', async () => {
    await bench.start({ TRANSFER_STALL_MAX_MS: '60000', TRANSFERS_AT_ONCE_MAX: '1' });
    const first = await underWay();
    expect((await bench.hub.end(bench.hub.give({ kind: 'file.delete', name: 'not there' }))).text.code).toBe('delete.already_gone');
    bench.hub.give({ kind: 'task.stop', task_id: first });
    expect((await bench.hub.end(first)).text.code).toBe('step.stopped');
  });

  test('does nothing to a task that ended', async () => {
    await bench.start();
    const file = bench.hub.addFile(random(1000), 'kept');
    const id = bench.hub.deliver(file);
    await bench.hub.end(id);
    bench.hub.give({ kind: 'task.stop', task_id: id });
    expect(await outcome(bench.hub.addFile(random(1000), 'next'))).toBe('completed delivery.done');
    expect(bench.hub.reports(id).filter((report) => report.status !== 'in_progress').length).toBe(1);
    expect(statSync(join(bench.filesDir, 'kept')).size).toBe(1000);
  });
});

function part(usual: Response, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Response {
  return new Response(body, { status: 206, headers: { etag: usual.headers.get('etag') ?? '', 'content-range': usual.headers.get('content-range') ?? '' } });
}

/** Flips a bit of the byte at offset `at` of the file, if this part has it. */
async function corrupted(usual: Response | Promise<Response>, at: number): Promise<Response> {
  const answer = await usual;
  const bytes = await answer.bytes();
  const index = at - Number(/^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1]);
  if (index >= 0 && index < bytes.length) bytes[index] = (bytes[index] ?? 0) ^ 1;
  return part(answer, bytes);
}

/** Sends `bytes`, then nothing, and never ends. */
function stalling(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
    },
  });
}
