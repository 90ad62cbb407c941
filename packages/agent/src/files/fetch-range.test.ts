import { afterAll, afterEach, expect, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchRange } from './fetch-range.ts';
import type { RangeJob } from './range-messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'relevo-range-'));
const path = join(folder, 'partial');
const bytes = randomBytes(600_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
let server: ReturnType<typeof Bun.serve> | undefined;

afterEach(async () => {
  await server?.stop(true);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A hub that sends `sent` in pieces of `pieceBytes`, as the whole file. */
function hubThatSends(sent: Uint8Array<ArrayBuffer>, pieceBytes: number): string {
  server = Bun.serve({
    port: 0,
    fetch() {
      const body = new ReadableStream({
        async start(controller) {
          for (let at = 0; at < sent.length; at += pieceBytes) {
            controller.enqueue(sent.slice(at, at + pieceBytes));
            await Bun.sleep(0);
          }
          controller.close();
        },
      });
      const headers = { etag: `"${sha256}"`, 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`, 'content-length': String(bytes.length) };
      return new Response(pieceBytes >= sent.length ? sent : body, { status: 206, headers });
    },
  });
  return String(server.url);
}

async function run(url: string, { isQuick, hasXxh3 }: { isQuick: boolean; hasXxh3: boolean }) {
  const fd = openSync(path, 'w+');
  const verified: number[] = [];
  const chunks = [0, 200_000, 400_000].map((start): RangeJob['chunks'][number] => {
    const chunk = bytes.subarray(start, start + 200_000);
    return [chunk.length, createHash('sha256').update(chunk).digest('hex'), hasXxh3 ? Bun.hash.xxHash3(chunk).toString(16).padStart(16, '0') : undefined];
  });
  const job: RangeJob = { id: 1, url, token: 't', sha256, fd, size: bytes.length, start: 0, chunks, stallMs: 5000, isQuick };
  const outcome = await fetchRange(job, new AbortController().signal, (_bytes, indexes) => verified.push(...indexes));
  closeSync(fd);
  return { outcome, verified };
}

const ways = [true, false].flatMap((isQuick) =>
  [true, false].flatMap((hasXxh3) => [1_000_000, 30_000].map((pieceBytes) => ({ isQuick, hasXxh3, pieceBytes }))),
);

test.each(ways)('stores and verifies every chunk (%p)', async ({ pieceBytes, ...way }) => {
  expect(await run(hubThatSends(bytes, pieceBytes), way)).toEqual({ outcome: { kind: 'done' }, verified: [0, 1, 2] });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test.each(ways)('finds a chunk with one bit changed, and keeps those before it (%p)', async ({ pieceBytes, ...way }) => {
  const sent = Buffer.from(bytes);
  sent.writeUInt8(sent.readUInt8(250_000) ^ 1, 250_000);
  expect(await run(hubThatSends(sent, pieceBytes), way)).toEqual({ outcome: { kind: 'corrupted', index: 1 }, verified: [0] });
});
