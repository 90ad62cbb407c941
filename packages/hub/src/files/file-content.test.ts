// Downloads: whole, in part, conditional, and safe to click on; and what deleting does to them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { FileResource } from '@relevo/protocol';
import { eventually, openTestHub, problemOf, sha256Of, someBytes, type TestHub } from './files-hub.fixture.ts';

let hub: TestHub;
let file: FileResource;
const bytes = someBytes(100_000, 3);
beforeAll(async () => {
  hub = await openTestHub();
  file = await hub.put('data.bin', bytes);
});
afterAll(() => hub.close());

const content = (headers: Record<string, string> = {}, init: RequestInit = {}) => hub.ask(`/api/files/${file.id}/content`, { headers, ...init });

test('gives the bytes with their length, tag and digest', async () => {
  const response = await content();
  expect(response.status).toBe(200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-length': '100000',
    etag: `"${file.sha256}"`,
    'accept-ranges': 'bytes',
    'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    'x-content-type-options': 'nosniff',
  });
});

test('HEAD gives the same headers and no bytes', async () => {
  const response = await content({}, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('100000');
  expect(response.headers.get('etag')).toBe(`"${file.sha256}"`);
  expect(await response.text()).toBe('');
});

test.each([
  ['bytes=0-0', 0, 1],
  ['bytes=100-199', 100, 200],
  ['bytes=99999-', 99_999, 100_000],
  ['bytes=-500', 99_500, 100_000],
  ['bytes=50000-999999', 50_000, 100_000],
  ['bytes=-999999', 0, 100_000],
])('answers %s with that part', async (range, start, end) => {
  const response = await content({ range });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/100000`);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(start, end));
});

test.each(['bytes=100000-', 'bytes=200000-300000', 'bytes=-0'])('refuses %s, which lies outside', async (range) => {
  const response = await content({ range });
  expect(response.headers.get('content-range')).toBe('bytes */100000');
  expect(await problemOf(response)).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
});

test.each(['bytes=5-2', 'lines=1-2', 'bytes=a-b', 'bytes'])('ignores the range %p, which is none', async (range) => {
  expect((await content({ range })).status).toBe(200);
});

test('honours If-Range only while the file is the same', async () => {
  expect((await content({ range: 'bytes=0-9', 'if-range': `"${file.sha256}"` })).status).toBe(206);
  expect((await content({ range: 'bytes=0-9', 'if-range': '"another"' })).status).toBe(200);
  expect((await content({ range: 'bytes=0-9', 'if-range': new Date().toUTCString() })).status).toBe(200);
});

test('says 304 to who has the bytes and 412 to who wants others', async () => {
  expect((await content({ 'if-none-match': `"${file.sha256}"` })).status).toBe(304);
  expect(await problemOf(await content({ 'if-match': '"another"' }))).toMatchObject({ status: 412, code: 'precondition_failed' });
});

test('gives an empty file', async () => {
  const empty = await hub.put('empty', '');
  const response = await hub.ask(`/api/files/${empty.id}/content`);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

describe('never serves as active content', () => {
  test.each([
    ['a page', 'page.html', '<!doctype html><script>alert(1)</script>'],
    ['a picture with scripts', 'picture.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a script', 'x.js', 'alert(1)'],
    ['a page that calls itself text', 'notes.txt', '<html><script>alert(1)</script>'],
  ])('%s', async (_, name, text) => {
    const { id } = await hub.put(name, text);
    const response = await hub.ask(`/api/files/${id}/content?disposition=inline`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toStartWith('attachment');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });
});

test.each(['"quoted"; filename="evil.html', 'a\u202Egpj.exe', 'pájaro 🐦.jpg', `it's 100%.txt`])(
  'names the download %p without letting it out of its header',
  async (name) => {
    const { id } = await hub.put(name, 'x');
    const header = (await hub.ask(`/api/files/${id}/content`)).headers.get('content-disposition') ?? '';
    const encoded = /filename\*=UTF-8''([^;]+)$/.exec(header)?.[1];
    const plain = /filename="((?:[^"\\]|\\.)*)"/.exec(header)?.[1]?.replace(/\\(.)/g, '$1');
    const bare = /filename=([^";]+)$/.exec(header)?.[1];
    expect(encoded !== undefined ? decodeURIComponent(encoded) : (plain ?? bare)).toBe(name);
    expect(header).toMatch(/^[\x20-\x7e]+$/);
  },
);

describe('who may', () => {
  test.each(['', '/content', '/manifest'])('somebody else finds nothing at %p, an administrator does', async (suffix) => {
    expect(await problemOf(await hub.ask(`/api/files/${file.id}${suffix}`, { caller: '2' }))).toMatchObject({ status: 404, code: 'not_found' });
    expect((await hub.ask(`/api/files/${file.id}${suffix}`, { caller: '2 admin' })).status).toBe(200);
  });

  test('somebody else cannot delete it', async () => {
    expect((await hub.ask(`/api/files/${file.id}`, { method: 'DELETE', caller: '2' })).status).toBe(404);
    expect((await hub.ask(`/api/files/${file.id}`)).status).toBe(200);
  });

  test('an agent reads any file of its hub', async () => {
    expect((await hub.ask(`/api/agent/files/${file.id}/content`, { caller: '' })).status).toBe(200);
  });
});

describe('deleting', () => {
  const remove = (id: string, caller = '1') => hub.ask(`/api/files/${id}`, { method: 'DELETE', caller });

  test('answers 204, then 404', async () => {
    const { id } = await hub.put('gone', 'gone');
    expect((await remove(id)).status).toBe(204);
    expect(await problemOf(await remove(id))).toMatchObject({ code: 'not_found' });
    expect((await hub.ask(`/api/files/${id}/content`)).status).toBe(404);
  });

  test('keeps the bytes while another file has them, and removes them with the last', async () => {
    const [one, two] = [await hub.put('one', 'shared'), await hub.put('two', 'shared', '2')];
    await remove(one.id);
    expect(await (await hub.ask(`/api/files/${two.id}/content`, { caller: '2' })).text()).toBe('shared');
    await remove(two.id, '2');
    expect((await hub.onDisk()).blobs).not.toContain(one.sha256);
  });

  test('tells who listens, after the file is gone', async () => {
    const { id } = await hub.put('watched', 'watched');
    const heard: [string, boolean][] = [];
    const stop = hub.files.onDeleted(async (deleted) => {
      heard.push([deleted.id, (await hub.files.find(deleted.id)) === undefined]);
    });
    await remove(id);
    stop();
    expect(heard).toEqual([[id, true]]);
  });

  test('lets an open download end well', async () => {
    const large = someBytes(24 * 1024 ** 2, 9);
    const { id } = await hub.put('large', large);
    const socket = await startDownload(id);
    expect((await remove(id)).status).toBe(204);
    const rest = await readAll(socket);
    expect(sha256Of(rest)).toBe(sha256Of(large));
  });

  test('at the same moment as an upload of the same bytes never loses them', async () => {
    for (let round = 0; round < 25; round++) {
      const text = `contested ${round}`;
      const first = await hub.put('first', text);
      const [second] = await Promise.all([hub.put('second', text), remove(first.id)]);
      expect(await (await hub.ask(`/api/files/${second.id}/content`)).text()).toBe(text);
    }
  });
});

/** Asks for a file and reads nothing beyond the first bytes: the hub is left in the middle of sending. */
async function startDownload(id: string): Promise<Socket> {
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  socket.write(`GET /api/files/${id}/content HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\nconnection: close\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

async function readAll(socket: Socket): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  const announced = () => {
    const all = Buffer.concat(parts);
    const headEnd = all.indexOf('\r\n\r\n') + 4;
    const length = Number(/content-length: (\d+)/i.exec(all.subarray(0, headEnd).toString())?.[1]);
    return { body: all.subarray(headEnd), length };
  };
  let ended = false;
  socket.once('close', () => {
    ended = true;
  });
  await eventually(() => ended || announced().body.length >= announced().length);
  socket.destroy();
  return announced().body;
}
