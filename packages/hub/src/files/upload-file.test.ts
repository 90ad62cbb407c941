// Uploads in one request: what is taken, what is refused, and that a refusal leaves nothing behind.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileSchema } from '@relevo/protocol';
import { eventually, openTestHub, problemOf, sha256Of, someBytes, type TestHub } from './files-hub.fixture.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub({
    REFUSED_EXTENSIONS: ['exe', '.bat'],
    REFUSED_MEDIA_TYPES: ['application/x-msdownload', 'text/html'],
    FILE_SIZE_MAX_BYTES: 1_000_000,
  });
});
afterAll(() => hub.close());

const post = (name: string, body: BodyInit, headers: Record<string, string> = {}) =>
  hub.ask(`/api/files?name=${encodeURIComponent(name)}`, { method: 'POST', body, headers });
const digestOf = (text: string) => `sha-256=:${Buffer.from(sha256Of(text), 'hex').toString('base64')}:`;

describe('takes', () => {
  test('the bytes and answers with the file', async () => {
    const response = await post('photo.txt', 'hello');
    expect(response.status).toBe(201);
    const file = fileSchema.strict().parse(await response.json());
    expect(file).toMatchObject({ name: 'photo.txt', size: 5, sha256: sha256Of('hello'), media_type: 'text/plain', owner_id: 1 });
    expect(file.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(response.headers.get('location')).toBe(`/api/files/${file.id}`);
    expect(await (await hub.ask(`/api/files/${file.id}`)).json()).toEqual(file);
  });

  test('an empty file, with and without a body', async () => {
    for (const init of [{ body: '' }, {}]) {
      const response = await hub.ask('/api/files?name=empty', { method: 'POST', ...init });
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ size: 0, sha256: sha256Of(''), media_type: 'application/octet-stream' });
    }
  });

  test('a body of unknown length', async () => {
    const parts = ['one ', 'two'];
    const body = new ReadableStream({
      pull: (controller) => (parts.length ? controller.enqueue(new TextEncoder().encode(parts.shift())) : controller.close()),
    });
    const file = await hub.put('chunked', body);
    expect(file).toMatchObject({ size: 7, sha256: sha256Of('one two') });
  });

  test.each([
    ['right-to-left marks', 'a\u202Egpj.\u200Fexe.txt'],
    ['quotes and semicolons', `"quoted"; filename="x.html".txt`],
    ['a photo of a bird in Spanish', 'pájaro 🐦 mañana.jpg'],
    ['a percent sign and a plus', '100%+more&name=x#?.txt'],
    ['a leading dot', '.env'],
    ['255 bytes', `${'ñ'.repeat(127)}x`],
    ['a name that only begins like a device', 'console.txt'],
  ])('a name with %s, and gives it back', async (_, name) => {
    const file = await hub.put(name, 'x');
    expect(file.name).toBe(name);
  });

  test('a name in another normal form as NFC', async () => {
    expect((await hub.put('man\u0303ana', 'x')).name).toBe('mañana');
  });

  test('the same bytes sent twice at once, keeping them once', async () => {
    const bytes = someBytes(300_000, 7);
    const [one, two] = await Promise.all([hub.put('one', bytes), hub.put('two', bytes)]);
    expect(one.id).not.toBe(two.id);
    expect(one.sha256).toBe(two.sha256);
    const { blobs, incoming } = await hub.onDisk();
    expect(blobs.filter((sha256) => sha256 === one.sha256)).toHaveLength(1);
    expect(incoming).toEqual([]);
  });

  test.each([
    ['repr-digest', 'right'],
    ['content-digest', 'right'],
  ])('bytes that match their %s', async (field, body) => {
    expect((await post('digest', body, { [field]: digestOf(body) })).status).toBe(201);
  });

  test.each([
    ['repr-digest', `sha-512=:YWJj:, ${digestOf('x')}`],
    ['content-digest', 'sha-512=:YWJj:, id-sha-256=:YWJj:'],
    ['repr-digest', ''],
  ])('bytes with a %s of other algorithms beside one that is checked, or where none need be: %p', async (field, digest) => {
    expect((await post('digest', 'x', { [field]: digest })).status).toBe(201);
  });
});

describe('refuses', () => {
  test.each([
    ['a path', '../../etc/passwd', 'separator'],
    ['a slash', 'a/b', 'separator'],
    ['a backslash', 'a\\b', 'separator'],
    ['an absolute path', '/etc/passwd', 'separator'],
    ['the directory itself', '.', 'reserved'],
    ['the directory above', '..', 'reserved'],
    ['a device', 'CON', 'reserved'],
    ['a device with an extension', 'con.txt', 'reserved'],
    ['a device with a superscript digit', 'COM¹.log', 'reserved'],
    ['a device with a space before its extension', 'con .txt', 'reserved'],
    ['a device with a stream', 'NUL:x', 'reserved'],
    ['a newline', 'a\nb', 'control_character'],
    ['a carriage return and a header', 'a\r\nset-cookie: x=1', 'control_character'],
    ['a NUL', 'a\0b', 'control_character'],
    ['nothing', '', 'empty'],
    ['spaces only', '   ', 'empty'],
    ['300 bytes', 'x'.repeat(300), 'too_long'],
    ['256 bytes in 128 characters', 'ñ'.repeat(128), 'too_long'],
  ])('a name that is %s', async (_, name, fault) => {
    const response = await post(name, 'x');
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'file_name_invalid', fault });
  });

  test.each([
    ['a lone surrogate', '%ED%A0%80'],
    ['bytes that are not UTF-8', '%FF%FE'],
    ['a broken escape', '%zz'],
  ])('a name with %s', async (_, raw) => {
    const response = await hub.ask(`/api/files?name=${raw}`, { method: 'POST', body: 'x' });
    expect(await problemOf(response)).toMatchObject({ code: 'file_name_invalid', fault: 'not_unicode' });
  });

  test('a request without a name', async () => {
    expect(await problemOf(await hub.ask('/api/files', { method: 'POST', body: 'x' }))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test.each(['virus.exe', 'VIRUS.EXE', 'virus.exe. .', 'run.bat'])('the extension of %p', async (name) => {
    expect(await problemOf(await post(name, 'x'))).toMatchObject({ status: 422, code: 'file_extension_refused' });
  });

  test('a refused media type under an innocent name, keeping nothing', async () => {
    const before = await hub.onDisk();
    const program = new Uint8Array(64);
    program.set([0x4d, 0x5a]);
    expect(await problemOf(await post('holiday.jpg', program))).toMatchObject({ status: 422, code: 'media_type_refused' });
    expect(await problemOf(await post('notes.txt', '<!-- x --> <!DOCTYPE html><script>'))).toMatchObject({ code: 'media_type_refused' });
    expect(await hub.onDisk()).toEqual(before);
  });

  test('bytes that do not match their digest, keeping nothing', async () => {
    const before = await hub.onDisk();
    expect(await problemOf(await post('x', 'wrong', { 'repr-digest': digestOf('right') }))).toMatchObject({ status: 409, code: 'digest_mismatch' });
    expect(await hub.onDisk()).toEqual(before);
    expect(await (await hub.ask('/api/files?query=wrong')).json()).toMatchObject({ files: [] });
  });

  test.each([
    ['no colons', 'sha-256=abc'],
    ['not base64', 'sha-256=:%%%:'],
    ['31 bytes', `sha-256=:${Buffer.alloc(31).toString('base64')}:`],
    ['an upper-case key', digestOf('x').toUpperCase()],
    ['a comma', ','],
  ])('a malformed digest: %s', async (_, digest) => {
    expect(await problemOf(await post('x', 'x', { 'repr-digest': digest }))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test('a digest that cannot be checked, saying which could', async () => {
    const response = await post('x', 'x', { 'repr-digest': 'sha-512=:YWJj:, id-sha-256=:YWJj:' });
    expect(response.headers.get('want-repr-digest')).toBe('sha-256=10');
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'digest_unsupported' });
  });

  test('two digests that contradict each other', async () => {
    expect((await post('x', 'x', { 'repr-digest': digestOf('x'), 'content-digest': digestOf('y') })).status).toBe(400);
  });

  test('a body larger than allowed before reading it', async () => {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    socket.write('POST /api/files?name=big HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\ncontent-length: 1000001\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toStartWith('HTTP/1.1 413');
    expect(answer.toString()).toContain('"code":"file_too_large"');
    socket.destroy();
  });

  test('a body of unknown length once it is too large, keeping nothing', async () => {
    const before = await hub.onDisk();
    const part = someBytes(100_000);
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(part) });
    expect(await problemOf(await post('endless', body))).toMatchObject({ status: 413, code: 'file_too_large' });
    expect(await hub.onDisk()).toEqual(before);
  });

  test.each([
    ['a content coding', { 'content-encoding': 'gzip' }],
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('%s', async (_, headers: Record<string, string>) => {
    expect(await problemOf(await post('x', 'x', headers))).toMatchObject({ status: 415, code: 'content_unsupported' });
  });
});

test.each([
  ['content-length: 100000', (text: string) => text],
  ['transfer-encoding: chunked', (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`],
])('keeps nothing of a body that is cut (%s)', async (framing, frame) => {
  const before = await hub.onDisk();
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  socket.write(`POST /api/files?name=cut HTTP/1.1\r\nhost: x\r\nx-caller: 1\r\n${framing}\r\n\r\n${frame('x'.repeat(50_000))}`);
  await eventually(async () => (await hub.onDisk()).incoming.length === 1);
  socket.destroy();
  await eventually(async () => (await hub.onDisk()).incoming.length === 0);
  expect(await hub.onDisk()).toEqual(before);
  expect(await (await hub.ask('/api/files?query=cut')).json()).toMatchObject({ files: [] });
});
