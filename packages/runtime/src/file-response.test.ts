// A stored file over a real socket: ranges, conditions and headers as RFC 9110, 6266, 8187 and 9530 have them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseContentDisposition } from 'content-disposition';
import { fileResponse, type StoredFile } from './file-response.ts';
import { ProblemError } from './problem.ts';

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const etag = `"${sha256}"`;
let folder: string;
let file: StoredFile;
let server: ReturnType<typeof Bun.serve>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-response-'));
  const path = join(folder, 'blob');
  writeFileSync(path, bytes);
  file = { path, size: bytes.length, sha256, name: 'a.bin', mediaType: 'application/zip', disposition: 'attachment' };
  server = Bun.serve({
    port: 0,
    development: false,
    async fetch(request) {
      const changes = JSON.parse(request.headers.get('x-file') ?? '{}') as Partial<StoredFile>;
      return fileResponse(request, { ...file, ...changes }).catch((error: unknown) => {
        if (error instanceof ProblemError) return error.toResponse();
        throw error;
      });
    },
  });
});

afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});

function get(headers: Record<string, string> = {}, changes: Partial<StoredFile> = {}, method = 'GET') {
  return fetch(server.url, {
    method,
    headers: { ...headers, 'x-file': JSON.stringify(changes).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) },
  });
}

test('sends the whole file with its digest and its tag', async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(response.headers.get('etag')).toBe(etag);
  expect(response.headers.get('accept-ranges')).toBe('bytes');
  expect(response.headers.get('content-length')).toBe('1000');
  expect(response.headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);
});

test('answers HEAD with the headers of GET, without the body, and ignores its Range', async () => {
  const response = await get({ range: 'bytes=0-9' }, {}, 'HEAD');
  expect([response.status, response.headers.get('content-length'), response.headers.get('etag')]).toEqual([200, '1000', etag]);
});

describe('a range', () => {
  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=990-', 990, 1000],
    ['bytes=990-5000', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=-5000', 0, 1000],
    ['Bytes=0-999', 0, 1000],
  ])('%s is answered with that part', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
  });

  test.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s lies outside: 416 with the size', async (range) => {
    const response = await get({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */1000');
    expect(((await response.json()) as { code: string }).code).toBe('range_not_satisfiable');
  });

  test.each(['bytes=0-1,5-6', 'bytes=9-5', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes', 'bytes=1-2-3', ''])('%p is ignored: the whole file', async (range) => {
    const response = await get({ range });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 1000]);
  });

  test('applies when If-Range names the file strongly', async () => {
    expect((await get({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
  });

  test.each([`W/${etag}`, '"other"', 'Sun, 22 Nov 2026 00:00:00 GMT', 'nonsense'])('is ignored when If-Range is %p', async (ifRange) => {
    const response = await get({ range: 'bytes=0-9', 'if-range': ifRange });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 1000]);
  });
});

describe('a condition', () => {
  test.each([
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `"x", ${etag}` }, 200],
    [{ 'if-match': `W/${etag}` }, 412],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': '"x"', range: 'bytes=0-9' }, 412],
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-match': '"x"', 'if-none-match': etag }, 412],
    [{ 'if-none-match': etag, range: 'bytes=0-9' }, 304],
  ])('%p is answered %i', async (headers, status) => {
    const response = await get(headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(etag);
  });
});

test('an empty file is sent whole; any range of it lies outside', async () => {
  const path = join(folder, 'empty');
  writeFileSync(path, '');
  const empty = { path, size: 0, sha256: createHash('sha256').digest('hex') };
  const response = await get({}, empty);
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '0', '']);
  for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) expect((await get({ range }, empty)).status).toBe(416);
});

test.each([
  ['text/html', 'inline'],
  ['image/svg+xml', 'inline'],
  ['application/xhtml+xml', 'inline'],
  ['text/xml', 'inline'],
  ['text/javascript', 'inline'],
  ['application/pdf', 'inline'],
  ['Text/HTML; charset=utf-8', 'inline'],
  ['', 'inline'],
] as const)('%p is never served as active content', async (mediaType, disposition) => {
  const { headers } = await get({}, { mediaType, disposition });
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toStartWith('attachment');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
});

test('an image is shown inline when asked, and saved otherwise', async () => {
  const shown = await get({}, { mediaType: 'image/png', disposition: 'inline' });
  const saved = await get({}, { mediaType: 'image/png' });
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('content-disposition')).toStartWith('inline');
  expect(saved.headers.get('content-disposition')).toStartWith('attachment');
});

test.each(['plain.txt', 'a "quoted" name.txt', 'año.txt', '日本語 — résumé.pdf', '🙂👩‍👩‍👧.png', 'شهادة\u200f.doc', '100%41.txt', "it's;=,.bin", 'back`tick*'])(
  'the name %p arrives as it was given',
  async (name) => {
    const header = (await get({}, { name })).headers.get('content-disposition') ?? '';
    expect(header).toMatch(/^[\x20-\x7e]+$/);
    expect(parseContentDisposition(header).parameters.filename).toBe(name);
  },
);

test('bytes that are gone, or not of the stated size, are not found', async () => {
  expect((await get({}, { path: join(folder, 'absent') })).status).toBe(404);
  const path = join(folder, 'cut');
  writeFileSync(path, bytes);
  truncateSync(path, 10);
  expect((await get({}, { path })).status).toBe(404);
});
