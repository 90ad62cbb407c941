// Deliveries of files that the agent has in part: only the rest is sent, and whatever lies on the disk, the result is right.
import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, openBench, testTimeoutMs } from '../agent.fixture.ts';
import { cutByContent, type HubFile } from '../hub.fixture.ts';

setDefaultTimeout(testTimeoutMs);

const chunkBytes = 64 * 1024;
let bench: Bench;

beforeEach(() => {
  bench = openBench();
});

afterEach(() => bench.close());

function random(chunks: number): Buffer<ArrayBuffer> {
  return Buffer.from(new Uint8Array(randomBytes(chunks * chunkBytes)));
}

/** `bytes` with one byte of each of the named chunks changed. */
function changed(bytes: Buffer, ...chunks: number[]): Buffer<ArrayBuffer> {
  const copy = Buffer.from(new Uint8Array(bytes));
  for (const chunk of chunks) copy.writeUInt8(copy.readUInt8(chunk * chunkBytes + 17) ^ 1, chunk * chunkBytes + 17);
  return copy;
}

/** Delivers, and tells the bytes that were sent for it and how it ended; the file is checked. */
async function deliver(bytes: Uint8Array<ArrayBuffer>, name = 'file') {
  const { bytesServed } = bench.hub;
  const file = bench.hub.addFile(bytes, name);
  const { status, text } = await bench.hub.end(bench.hub.deliver(file));
  expectWhole(file);
  return { status, text, sent: bench.hub.bytesServed - bytesServed };
}

function expectWhole({ name, bytes }: HubFile): void {
  expect(readFileSync(join(bench.filesDir, name)).equals(bytes)).toBe(true);
  expect(readdirSync(join(bench.filesDir, '.relevo-partial'))).toEqual([]);
}

const path = (name = 'file') => join(bench.filesDir, name);

test('of a changed file only the chunks that changed are sent, and the end says so', async () => {
  await bench.start();
  const before = random(40);
  expect((await deliver(before)).text).toEqual({ code: 'delivery.done' });
  expect(await deliver(changed(before, 3, 4, 30))).toEqual({
    status: 'completed',
    text: { code: 'delivery.done_partly_sent', values: { copied: 37 * chunkBytes, total: 40 * chunkBytes } },
    sent: 3 * chunkBytes,
  });
});

test('equal bytes under another name are not sent at all', async () => {
  await bench.start();
  const bytes = random(10);
  await deliver(bytes, 'one');
  expect((await deliver(bytes, 'another')).sent).toBe(0);
});

test('chunks come from as many files as have them, in any order', async () => {
  await bench.start();
  const [one, two] = [random(8), random(8)];
  await deliver(one, 'one');
  await deliver(two, 'two');
  const mixed = Buffer.concat([3, 1, 7].flatMap((at) => [two, one].map((bytes) => bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes))));
  expect((await deliver(Buffer.concat([mixed, random(1)]), 'mixed')).sent).toBe(chunkBytes);
});

test('what a file repeats is sent once', async () => {
  await bench.start();
  const one = random(1);
  const image = Buffer.concat([Buffer.alloc(20 * chunkBytes), one, Buffer.alloc(20 * chunkBytes), one, random(1)]);
  expect((await deliver(image)).sent).toBe(3 * chunkBytes);
});

test('an agent that was started anew still knows what its files consist of', async () => {
  const first = await bench.start();
  const before = random(20);
  await deliver(before);
  await first.stop();
  await bench.start();
  expect((await deliver(changed(before, 7))).sent).toBe(chunkBytes);
});

describe('of a file that somebody changed by hand', () => {
  test('what is still there is copied, the rest sent', async () => {
    await bench.start();
    const before = random(20);
    await deliver(before);
    writeFileSync(path(), changed(before, 2, 3));
    expect((await deliver(changed(before, 9))).sent).toBe(3 * chunkBytes);
  });

  test('it counts also when the agent noticed, and forgot that it holds the file', async () => {
    const first = await bench.start();
    const before = random(20);
    await deliver(before);
    await first.stop();
    writeFileSync(path(), changed(before, 2));
    await bench.start();
    await bench.hub.until(() => bench.hub.journal.some((report) => report.type === 'file_gone'));
    expect((await deliver(changed(before, 9))).sent).toBe(2 * chunkBytes);
  });

  test('changed everywhere, everything is sent', async () => {
    await bench.start();
    const before = random(10);
    await deliver(before);
    writeFileSync(path(), random(10));
    expect((await deliver(before, 'again')).sent).toBe(10 * chunkBytes);
  });

  test.each([
    ['is shorter', () => truncateSync(path(), 5 * chunkBytes + 1), 5],
    ['is empty', () => truncateSync(path(), 0), 10],
    ['is gone', () => rmSync(path()), 10],
    ['has another name', () => renameSync(path(), path('moved')), 10],
  ])('it %s', async (_, change, chunks) => {
    await bench.start();
    const before = random(10);
    await deliver(before);
    change();
    expect((await deliver(before, 'again')).sent).toBe(chunks * chunkBytes);
    // What was not there is not looked for again: the file that has it now is.
    expect((await deliver(before, 'once more')).sent).toBe(0);
  });
});

test('a file that is deleted through the hub has no chunks any more', async () => {
  await bench.start();
  const bytes = random(10);
  await deliver(bytes);
  await bench.hub.end(bench.hub.give({ kind: 'file.delete', name: 'file' }));
  expect((await deliver(bytes)).sent).toBe(10 * chunkBytes);
});

test('one that vanishes while it is copied from is fetched from there on', async () => {
  await bench.start({ TRANSFER_RANGE_BYTES: String(chunkBytes), TRANSFER_RANGES_AT_ONCE_MAX: '1' });
  const before = random(200);
  await deliver(before);
  const next = bench.hub.addFile(changed(before, 0), 'next');
  bench.hub.onManifest = (_request, usual) => {
    const db = new Database(join(bench.dataDir, 'agent.db'), { readonly: true });
    const vanishes = setInterval(() => {
      const copied = db.query<{ copied: number }, []>('SELECT max(copied) AS copied FROM partial').get()?.copied ?? 0;
      if (copied === 0) return;
      clearInterval(vanishes);
      db.close();
      rmSync(path());
    }, 1);
    return usual();
  };
  expect((await bench.hub.end(bench.hub.deliver(next))).status).toBe('completed');
  expectWhole(next);
});

test('a file without anything known of it, as of an older agent, is sent whole, and known from then on', async () => {
  const first = await bench.start();
  const before = random(10);
  await deliver(before);
  await first.stop();
  const db = new Database(join(bench.dataDir, 'agent.db'));
  db.run('DELETE FROM known_chunk');
  db.run('DELETE FROM chunk_source');
  db.close();
  await bench.start();
  expect((await deliver(changed(before, 1))).sent).toBe(10 * chunkBytes);
  expect((await deliver(changed(before, 2))).sent).toBe(2 * chunkBytes);
});

test('of more than may be known, the newest is', async () => {
  await bench.start({ KNOWN_CHUNKS_MAX: '15' });
  const [one, two] = [random(10), random(10)];
  await deliver(one, 'one');
  await deliver(two, 'two');
  expect((await deliver(one, 'one again')).sent).toBe(10 * chunkBytes);
  expect((await deliver(one, 'and again')).sent).toBe(0);
});

test('bytes that pass for their XXH3 and are others end the delivery, and nothing that was copied is trusted again', async () => {
  await bench.start();
  const before = random(10);
  await deliver(before);
  const forged = changed(before, 5);
  writeFileSync(path(), forged);
  // A manifest that has the XXH3 of the forged chunk plays somebody who found bytes with the same one.
  const xxh3 = Bun.hash
    .xxHash3(forged.subarray(5 * chunkBytes, 6 * chunkBytes))
    .toString(16)
    .padStart(16, '0');
  bench.hub.onManifest = async (_request, usual) => {
    const manifest = (await (await usual()).json()) as { xxh3: string[] };
    return Response.json({ ...manifest, xxh3: manifest.xxh3.map((value, index) => (index === 5 ? xxh3 : value)) });
  };
  const file = bench.hub.addFile(before, 'again');
  expect((await bench.hub.end(bench.hub.deliver(file))).text.code).toBe('delivery.corrupted');
  bench.hub.onManifest = (_request, usual) => usual();
  const { bytesServed } = bench.hub;
  expect((await bench.hub.end(bench.hub.deliver(file))).status).toBe('completed');
  expect(bench.hub.bytesServed - bytesServed).toBe(10 * chunkBytes);
  expectWhole(file);
});

describe('beside the rest', () => {
  test('copying is not held to the limit of the rate', async () => {
    await bench.start({ TRANSFER_RATE_MAX_BYTES: '400000' });
    const before = random(2);
    await deliver(before);
    const image = Buffer.concat([before, ...Array.from({ length: 200 }, () => before)]);
    const started = performance.now();
    await deliver(image);
    // At the limit alone it would take half a minute.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test('while the hub is away, copying goes on, and the rest is fetched when it is back', async () => {
    await bench.start();
    const before = random(40);
    await deliver(before);
    let isAway = true;
    bench.hub.onContent = (_request, usual) => (isAway ? new Response(null, { status: 503 }) : usual());
    const file = bench.hub.addFile(changed(before, 0, 39));
    const id = bench.hub.deliver(file);
    await bench.hub.until(() => bench.hub.messages.some((message) => message.type === 'tick' && message.task_id === id && message.bytes === 38 * chunkBytes));
    isAway = false;
    expect((await bench.hub.end(id)).text).toMatchObject({ code: 'delivery.done_partly_sent', values: { copied: 38 * chunkBytes } });
    expectWhole(file);
  });

  test('ticks count what is copied, never fall, and end at the whole', async () => {
    await bench.start({ TASK_TICK_INTERVAL_MS: '1' });
    const before = random(100);
    await deliver(before);
    const id = bench.hub.deliver(bench.hub.addFile(changed(before, 50)));
    const { bytes: end } = await bench.hub.end(id);
    const ticks = bench.hub.messages.filter((message) => message.type === 'tick').filter((tick) => tick.task_id === id);
    const bytes = ticks.map((tick) => tick.bytes ?? 0);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect([Math.max(...bytes) > chunkBytes, end]).toEqual([true, 100 * chunkBytes]);
  });

  test('a stop leaves nothing, and the file it copied from as it was', async () => {
    await bench.start({ TRANSFER_STALL_MAX_MS: '60000' });
    const before = random(40);
    await deliver(before);
    const asked = Promise.withResolvers<void>();
    bench.hub.onContent = () => {
      asked.resolve();
      return new Promise<Response>(() => {});
    };
    const id = bench.hub.deliver(bench.hub.addFile(changed(before, 20)));
    await asked.promise;
    bench.hub.give({ kind: 'task.stop', task_id: id });
    expect((await bench.hub.end(id)).text.code).toBe('step.stopped');
    expectWhole({ id: '', sha256: '', name: 'file', bytes: new Uint8Array(before) });
  });

  test('a source that is written to while it is read does no harm', async () => {
    await bench.start();
    const before = random(100);
    await deliver(before);
    const fd = openSync(path(), 'r+');
    const noise = random(1);
    let at = 0;
    const writes = setInterval(() => writeSync(fd, noise, 0, noise.length, (at++ % 100) * chunkBytes), 1);
    try {
      await deliver(before, 'copy');
    } finally {
      clearInterval(writes);
      closeSync(fd);
    }
  });
});

test('chunks that the content cut are found again behind what was inserted', async () => {
  bench.hub.cut = cutByContent;
  await bench.start();
  const before = random(20);
  await deliver(before);
  const { sent } = await deliver(Buffer.concat([before.subarray(0, 100), Buffer.from('inserted'), before.subarray(100)]));
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(100_000);
});
