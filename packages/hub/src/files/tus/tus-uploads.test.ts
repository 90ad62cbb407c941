// Resumable uploads: the protocol, its extensions, and that an upload becomes a file once.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { FileResource } from '@relevo/protocol';
import { Upload } from 'tus-js-client';
import { eventually, openTestHub, problemOf, sha256Of, someBytes, type TestHub } from '../files-hub.fixture.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub({
    FILE_SIZE_MAX_BYTES: 100_000_000,
    REFUSED_EXTENSIONS: ['exe'],
    REFUSED_MEDIA_TYPES: ['application/x-msdownload'],
    UPLOADS_PER_USER_MAX: 20,
  });
});
afterAll(() => hub.close());

const tus = { 'tus-resumable': '1.0.0' };
const part = { ...tus, 'content-type': 'application/offset+octet-stream' };
const metadata = (name: string | Uint8Array) => `filename ${Buffer.from(name).toString('base64')}`;

interface Ask {
  caller?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
}
const create = (name: string, length: number, { headers, ...ask }: Ask = {}) =>
  hub.ask('/api/uploads', { method: 'POST', ...ask, headers: { ...tus, 'upload-length': String(length), 'upload-metadata': metadata(name), ...headers } });
const created = async (name: string, length: number, ask: Ask = {}) => {
  const response = await create(name, length, ask);
  expect(response.status).toBe(201);
  return response.headers.get('location') ?? '';
};
const patch = (location: string, offset: number, body: BodyInit, { headers, ...ask }: Ask = {}) =>
  hub.ask(location, { method: 'PATCH', body, ...ask, headers: { ...part, 'upload-offset': String(offset), ...headers } });
const head = (location: string, ask: Ask = {}) => hub.ask(location, { method: 'HEAD', headers: tus, ...ask });
const fileOf = async (response: Response, caller = '1') => {
  const id = response.headers.get('relevo-file-id');
  expect(id).toBeString();
  return (await (await hub.ask(`/api/files/${id}`, { caller })).json()) as FileResource;
};
const filesNamed = async (name: string) => ((await (await hub.ask(`/api/files?query=${name}`)).json()) as { files: FileResource[] }).files;

test('says what it can', async () => {
  const { headers, status } = await hub.ask('/api/uploads', { method: 'OPTIONS' });
  expect(status).toBe(204);
  expect(headers.get('tus-version')).toBe('1.0.0');
  expect(headers.get('tus-extension')?.split(',').sort()).toEqual(['checksum', 'creation', 'creation-with-upload', 'expiration', 'termination']);
  expect(headers.get('tus-max-size')).toBe('100000000');
  expect(headers.get('tus-checksum-algorithm')).toContain('sha1');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('takes a file in parts and says which file it became', async () => {
  const bytes = someBytes(250_000, 11);
  const location = await created('pájaro.bin', bytes.length);
  expect(location).toMatch(/^\/api\/uploads\/[0-9a-f-]{36}$/);
  const first = await patch(location, 0, bytes.slice(0, 100_000));
  expect(first.status).toBe(204);
  expect(first.headers.get('upload-offset')).toBe('100000');
  expect(first.headers.get('relevo-file-id')).toBeNull();
  expect(first.headers.get('upload-expires')).toBeString();
  expect((await head(location)).headers.get('upload-offset')).toBe('100000');
  const last = await patch(location, 100_000, bytes.slice(100_000));
  expect(last.status).toBe(204);
  expect(await fileOf(last)).toMatchObject({ name: 'pájaro.bin', size: 250_000, sha256: sha256Of(bytes), owner_id: 1 });
  expect((await hub.onDisk()).uploads).toEqual([]);
});

test('still says which file it became when asked later', async () => {
  const location = await created('later', 5);
  const id = (await patch(location, 0, 'hello')).headers.get('relevo-file-id');
  const later = await head(location);
  expect(later.headers.get('upload-offset')).toBe('5');
  expect(later.headers.get('relevo-file-id')).toBe(id);
  expect(await filesNamed('later')).toHaveLength(1);
});

test('takes a part of no bytes after the end, and no other', async () => {
  const location = await created('ended', 5);
  const id = (await patch(location, 0, 'hello')).headers.get('relevo-file-id');
  const again = await patch(location, 5, '');
  expect([again.status, again.headers.get('upload-offset'), again.headers.get('relevo-file-id')]).toEqual([204, '5', id]);
  expect(await problemOf(await patch(location, 5, '!'))).toMatchObject({ status: 413, code: 'file_too_large' });
  const withoutLength = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('!'));
      controller.close();
    },
  });
  expect(await problemOf(await patch(location, 5, withoutLength))).toMatchObject({ status: 413, code: 'file_too_large' });
  expect(await filesNamed('ended')).toHaveLength(1);
});

test('takes everything with the creation, and an empty file without any part', async () => {
  const whole = await create('whole', 5, { body: 'hello', headers: part });
  expect(whole.status).toBe(201);
  expect(whole.headers.get('upload-offset')).toBe('5');
  expect(await fileOf(whole)).toMatchObject({ size: 5, sha256: sha256Of('hello') });
  expect(await fileOf(await create('empty', 0))).toMatchObject({ size: 0, sha256: sha256Of('') });
});

test('takes a PATCH that had to come as a POST', async () => {
  const location = await created('override', 5);
  const response = await hub.ask(location, { method: 'POST', body: 'hello', headers: { ...part, 'upload-offset': '0', 'x-http-method-override': 'PATCH' } });
  expect(await fileOf(response)).toMatchObject({ sha256: sha256Of('hello') });
});

test('keeps what came before a cut, and goes on from there', async () => {
  const bytes = someBytes(400_000, 12);
  const location = await created('cut', bytes.length);
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  socket.write(
    `PATCH ${location} HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\ncontent-length: 400000\r\n\r\n`,
  );
  socket.write(bytes.slice(0, 150_000));
  const id = location.split('/').at(-1) ?? '';
  await eventually(async () => (await Bun.file(`${hub.dataDir}/uploads/${id}`).stat()).size > 0);
  socket.destroy();
  const offset = Number((await head(location)).headers.get('upload-offset'));
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThanOrEqual(150_000);
  expect(await fileOf(await patch(location, offset, bytes.slice(offset)))).toMatchObject({ sha256: sha256Of(bytes) });
});

test('lets a client back in while its old connection is half open', async () => {
  const bytes = someBytes(300_000, 13);
  const location = await created('half-open', bytes.length);
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  socket.write(
    `PATCH ${location} HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\ncontent-length: 300000\r\n\r\n`,
  );
  socket.write(bytes.slice(0, 100_000));
  const id = location.split('/').at(-1) ?? '';
  await eventually(async () => (await Bun.file(`${hub.dataDir}/uploads/${id}`).stat()).size > 0);
  const began = performance.now();
  const offset = Number((await head(location)).headers.get('upload-offset'));
  // Whoever waits for the old one to end waits for ever: it neither sends nor closes.
  expect(performance.now() - began).toBeLessThan(5000);
  expect(await fileOf(await patch(location, offset, bytes.slice(offset)))).toMatchObject({ sha256: sha256Of(bytes) });
  socket.destroy();
});

test('works with tus-js-client, in parts', async () => {
  const bytes = someBytes(1_000_000, 14);
  const upload = await new Promise<Upload>((resolve, reject) => {
    const one = new Upload(Buffer.from(bytes), {
      endpoint: `${hub.url}/api/uploads`,
      chunkSize: 300_000,
      headers: { 'x-caller': '1' },
      metadata: { filename: 'desde el navegador.bin' },
      onSuccess: () => resolve(one),
      onError: reject,
    });
    one.start();
  });
  expect(upload.url).toStartWith(`${hub.url}/api/uploads/`);
  const [file] = await filesNamed('desde%20el');
  expect(file?.sha256).toBe(sha256Of(bytes));
});

describe('checksums', () => {
  const sum = (algorithm: string, text: string) => `${algorithm} ${createHash(algorithm).update(text).digest('base64')}`;

  test.each(['sha1', 'sha256', 'sha512', 'md5'])('takes a part that matches its %s', async (algorithm) => {
    const location = await created('checked', 5);
    expect((await patch(location, 0, 'hello', { headers: { 'upload-checksum': sum(algorithm, 'hello') } })).headers.get('relevo-file-id')).toBeString();
  });

  test('drops a part that does not match and keeps those before it', async () => {
    const location = await created('checked', 10);
    await patch(location, 0, 'hello');
    const response = await patch(location, 5, 'wOrld', { headers: { 'upload-checksum': sum('sha1', 'world') } });
    expect(await problemOf(response)).toMatchObject({ status: 460, code: 'upload_checksum_mismatch' });
    expect((await head(location)).headers.get('upload-offset')).toBe('5');
    expect(await fileOf(await patch(location, 5, 'world', { headers: { 'upload-checksum': sum('sha1', 'world') } }))).toMatchObject({
      sha256: sha256Of('helloworld'),
    });
  });

  test('drops a part with a checksum that is cut', async () => {
    const location = await created('checked', 300_000);
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\nupload-checksum: ${sum('sha1', 'x')}\r\ncontent-length: 300000\r\n\r\n`,
    );
    socket.write(someBytes(100_000));
    const id = location.split('/').at(-1) ?? '';
    await eventually(async () => (await Bun.file(`${hub.dataDir}/uploads/${id}`).stat()).size > 0);
    socket.destroy();
    expect((await head(location)).headers.get('upload-offset')).toBe('0');
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test.each(['crc64 AAAA', 'sha1', 'sha1 a b', ''])('refuses the checksum %p', async (text) => {
    const location = await created('checked', 5);
    expect(await problemOf(await patch(location, 0, 'hello', { headers: { 'upload-checksum': text || ' ' } }))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect((await head(location)).headers.get('upload-offset')).toBe('0');
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });
});

describe('refuses', () => {
  test.each([
    ['no version', { 'tus-resumable': '' }, 412, 'precondition_failed'],
    ['another version', { 'tus-resumable': '0.2.2' }, 412, 'precondition_failed'],
    ['no length', { 'upload-length': '' }, 400, 'invalid_request'],
    ['a negative length', { 'upload-length': '-1' }, 400, 'invalid_request'],
    ['a length to be told later', { 'upload-length': '', 'upload-defer-length': '1' }, 400, 'invalid_request'],
    ['no metadata', { 'upload-metadata': '' }, 422, 'file_name_invalid'],
    ['metadata without a name', { 'upload-metadata': 'type eA==' }, 422, 'file_name_invalid'],
    ['metadata that is none', { 'upload-metadata': 'filename ???' }, 400, 'invalid_request'],
    ['a file that is too large', { 'upload-length': '100000001' }, 413, 'file_too_large'],
    ['a path as a name', { 'upload-metadata': metadata('../../etc/passwd') }, 422, 'file_name_invalid'],
    ['a device as a name', { 'upload-metadata': metadata('con.txt') }, 422, 'file_name_invalid'],
    ['a name that is not Unicode', { 'upload-metadata': metadata(new Uint8Array([0xed, 0xa0, 0x80])) }, 422, 'file_name_invalid'],
    ['a refused extension', { 'upload-metadata': metadata('virus.exe') }, 422, 'file_extension_refused'],
  ])('a creation with %s', async (_, overrides: Record<string, string>, status, code) => {
    const headers: Record<string, string> = { ...tus, 'upload-length': '5', 'upload-metadata': metadata('x'), ...overrides };
    for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name];
    const response = await hub.ask('/api/uploads', { method: 'POST', headers });
    if (status === 412) expect(response.headers.get('tus-version')).toBe('1.0.0');
    expect(await problemOf(response)).toMatchObject({ status, code });
  });

  test('a part at another offset', async () => {
    const location = await created('offset', 10);
    expect(await problemOf(await patch(location, 3, 'hello'))).toMatchObject({ status: 409, code: 'upload_offset_mismatch' });
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test('more bytes than were announced', async () => {
    const location = await created('more', 3);
    expect(await problemOf(await patch(location, 0, 'hello'))).toMatchObject({ status: 413, code: 'file_too_large' });
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test('a part of another type', async () => {
    const location = await created('type', 5);
    const problem = await problemOf(await patch(location, 0, 'hello', { headers: { 'content-type': 'text/plain' } }));
    expect(problem).toMatchObject({ status: 415, code: 'content_unsupported' });
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test('a GET, saying what is taken instead', async () => {
    const location = await created('get', 5);
    const response = await hub.ask(location, { method: 'GET', headers: tus });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'HEAD, POST, PATCH, DELETE']);
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test.each([
    ['do not match their checksum', 5, { 'upload-checksum': 'sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 460],
    ['are more than were announced', 3, {}, 413],
  ])('a creation with bytes that %s, and leaves no upload', async (_, length, headers, status) => {
    expect((await create('hello.txt', length, { caller: '8', body: 'hello', headers: { ...part, ...headers } })).status).toBe(status);
    expect((await hub.onDisk()).uploads).toEqual([]);
    const others = await Promise.all(Array.from({ length: 20 }, (_, index) => created(`after ${index}`, 5, { caller: '8' })));
    for (const location of others) await hub.ask(location, { method: 'DELETE', headers: tus, caller: '8' });
  });

  test('a refused media type once it is whole, and forgets the upload', async () => {
    const location = await created('holiday.jpg', 64);
    const program = new Uint8Array(64);
    program.set([0x4d, 0x5a]);
    const before = (await hub.onDisk()).blobs;
    expect(await problemOf(await patch(location, 0, program))).toMatchObject({ status: 422, code: 'media_type_refused' });
    expect((await head(location)).status).toBe(404);
    expect(await hub.onDisk()).toEqual({ incoming: [], uploads: [], blobs: before });
  });

  test.each(['HEAD', 'PATCH', 'DELETE'])("%s of somebody else's upload, even for an administrator", async (method) => {
    const location = await created('mine', 5);
    for (const caller of ['2', '2 admin']) {
      const headers = { ...part, 'upload-offset': '0' };
      expect((await hub.ask(location, { method, headers, caller, ...(method === 'PATCH' ? { body: 'hello' } : {}) })).status).toBe(404);
    }
    expect((await head(location)).headers.get('upload-offset')).toBe('0');
    await hub.ask(location, { method: 'DELETE', headers: tus });
  });

  test.each(['/api/uploads/nothing', '/api/uploads/..%2F..%2Fhub.db', '/api/uploads/%2e%2e'])('what is no upload: %s', async (path) => {
    expect((await head(path)).status).toBe(404);
    expect((await patch(path, 0, 'x')).status).toBe(404);
  });

  test('too many unfinished uploads of one user', async () => {
    const locations: string[] = [];
    for (let index = 0; index < 20; index++) locations.push(await created(`many ${index}`, 5, { caller: '7' }));
    expect(await problemOf(await create('one more', 5, { caller: '7' }))).toMatchObject({ status: 429, code: 'too_many_uploads' });
    for (const location of locations) expect((await hub.ask(location, { method: 'DELETE', headers: tus, caller: '7' })).status).toBe(204);
    expect((await hub.onDisk()).uploads).toEqual([]);
  });
});

test('terminates an unfinished upload and leaves nothing', async () => {
  const location = await created('ended', 10);
  await patch(location, 0, 'hello');
  expect((await hub.ask(location, { method: 'DELETE', headers: tus })).status).toBe(204);
  expect((await head(location)).status).toBe(404);
  expect((await hub.onDisk()).uploads).toEqual([]);
});

test('terminating a finished upload leaves its file', async () => {
  const location = await created('stays', 5);
  const file = await fileOf(await patch(location, 0, 'hello'));
  await hub.ask(location, { method: 'DELETE', headers: tus });
  expect(await (await hub.ask(`/api/files/${file.id}/content`)).text()).toBe('hello');
});

test('removes uploads that expire', async () => {
  const brief = await openTestHub({ UPLOAD_EXPIRY_MS: 50 });
  try {
    const response = await brief.ask('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '5', 'upload-metadata': metadata('x') } });
    const location = response.headers.get('location') ?? '';
    expect((await brief.onDisk()).uploads).toHaveLength(1);
    await eventually(async () => (await brief.onDisk()).uploads.length === 0);
    expect((await brief.ask(location, { method: 'HEAD', headers: tus })).status).toBe(404);
  } finally {
    await brief.close();
  }
});

test('says where an upload is below the path that a proxy gives the hub', async () => {
  const proxied = await openTestHub({ PUBLIC_URL: 'https://example.org/relevo' });
  try {
    const response = await proxied.ask('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '5', 'upload-metadata': metadata('x') } });
    expect(response.headers.get('location')).toMatch(/^\/relevo\/api\/uploads\/[0-9a-f-]{36}$/);
  } finally {
    await proxied.close();
  }
});
