// What an agent tells of a transfer that could be faster: what it waits for, seen while it waits.
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { TransferBound } from '@relevo/protocol';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import type { HubFile } from '../hub.fixture.ts';
import type { RangeJob } from './range-messages.ts';
import { createRangeWorkers } from './range-workers.ts';
import type { Activity } from './thread-activity.ts';

setDefaultTimeout(testTimeoutMs);

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.close());

const shortWindow = { TRANSFER_RATE_WINDOW_MS: '1000' };
const random = (bytes: number) => new Uint8Array(randomBytes(bytes));

/** What ticks of a task said bounds it, in order. */
function told(taskId: string): (TransferBound | undefined)[] {
  return bench.hub.messages.flatMap((message) => (message.type === 'tick' && message.task_id === taskId ? [message.bound_by] : []));
}

/** `bytes` in pieces, as a slow link brings them. */
function trickle(bytes: Uint8Array<ArrayBuffer>, pieceBytes: number, everyMs: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at >= bytes.length) return controller.close();
      await Bun.sleep(everyMs);
      controller.enqueue(bytes.slice(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
}

/** Every answer for the content comes over a slow link. */
function slowLink({ onContent }: Bench['hub']): Bench['hub']['onContent'] {
  return async (request, usual) => {
    const answer = await onContent(request, usual);
    return new Response(trickle(new Uint8Array(await answer.arrayBuffer()), 4096, 50), answer);
  };
}

async function toldOf(file: HubFile, bound: TransferBound): Promise<string> {
  const id = bench.hub.deliver(file);
  await bench.hub.until(() => told(id).includes(bound), `a tick bound by ${bound}`);
  return id;
}

test('a transfer held to a rate is bound by the limit, and nothing else is told meanwhile', async () => {
  await bench.start({ ...shortWindow, TRANSFER_RATE_MAX_BYTES: '400000' });
  const id = await toldOf(bench.hub.addFile(random(4_000_000)), 'rate_limit');
  expect(new Set(told(id).filter((bound) => bound !== undefined))).toEqual(new Set(['rate_limit']));
});

test('a transfer over a slow link is bound by the network', async () => {
  await bench.start(shortWindow);
  bench.hub.onContent = slowLink(bench.hub);
  const id = await toldOf(bench.hub.addFile(random(4_000_000)), 'network');
  expect(new Set(told(id).filter((bound) => bound !== undefined))).toEqual(new Set(['network']));
});

test('a link that got slower than the limit is what bounds it from then on', async () => {
  await bench.start({ ...shortWindow, TRANSFER_RATE_MAX_BYTES: '400000' });
  const id = await toldOf(bench.hub.addFile(random(6_000_000)), 'rate_limit');
  bench.hub.onContent = slowLink(bench.hub);
  await bench.hub.until(() => told(id).at(-1) === 'network', 'bound by the network');
});

test('a hub that has not answered yet is what it waits for; a manifest that comes slowly is the network', async () => {
  await bench.start({ ...shortWindow, TRANSFER_STALL_MAX_MS: '5000' });
  const answering = Promise.withResolvers<void>();
  bench.hub.onManifest = async (_request, usual) => {
    await answering.promise;
    const answer = await usual();
    return new Response(trickle(new Uint8Array(await answer.arrayBuffer()), 256, 50), answer);
  };
  const id = await toldOf(bench.hub.addFile(random(2_000_000)), 'hub');
  answering.resolve();
  await bench.hub.until(() => told(id).includes('network'), 'a tick bound by the network');
  expect(
    told(id)
      .slice(0, told(id).indexOf('network'))
      .every((bound) => bound === 'hub'),
  ).toBe(true);
  expect((await bench.hub.end(id)).text.code).toBe('delivery.done');
});

test('while a transfer waits to try again it says so, under a rate limit too, and nothing bounds it', async () => {
  await bench.start({ ...shortWindow, TRANSFER_RATE_MAX_BYTES: '400000' });
  const id = await toldOf(bench.hub.addFile(random(6_000_000)), 'rate_limit');
  bench.hub.onContent = () => new Response(null, { status: 503 });
  const retrying = () => bench.hub.messages.filter((message) => message.type === 'tick' && message.task_id === id && message.text.code === 'delivery.retrying');
  await bench.hub.until(() => retrying().length > 2, 'ticks that say so');
  expect(retrying().every((tick) => tick.type === 'tick' && tick.bound_by === undefined)).toBe(true);
});

test('a thread is seen writing, checking and waiting, from outside, while it does', async () => {
  const bytes = random(4_000_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response(bytes, { status: 206, headers: { etag: `"${sha256}"`, 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` } }),
  });
  const workers = createRangeWorkers(1);
  const fd = openSync(join(bench.dataDir, 'partial'), 'w+');
  const seen = new Set<Activity>();
  let look: () => Activity = () => 'waiting';
  try {
    const job: Omit<RangeJob, 'id'> = {
      url: String(server.url),
      token: 't',
      sha256,
      fd,
      size: bytes.length,
      start: 0,
      // Without an XXH3 every byte goes through the SHA-256, which takes as long as writing does.
      chunks: [[bytes.length, sha256, undefined]],
      stallMs: 5000,
      isQuick: false,
    };
    const onBegin = (activity: () => Activity) => {
      look = activity;
    };
    for (let outcome = ''; seen.size < 3; ) {
      const range = workers.fetch(job, { onBegin, onProgress: () => {} }, new AbortController().signal).then(({ kind }) => {
        outcome = kind;
      });
      while (outcome === '') {
        seen.add(look());
        await new Promise((resolve) => setImmediate(resolve));
      }
      await range;
      expect(outcome).toBe('done');
      outcome = '';
    }
    expect(look()).toBe('waiting');
  } finally {
    workers.stop();
    closeSync(fd);
    await server.stop(true);
  }
});
