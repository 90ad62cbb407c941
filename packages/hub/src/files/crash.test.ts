// kill -9 of a real hub process in the middle of uploads: nothing lost that was acknowledged, nothing twice, nothing half.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { FileResource } from '@relevo/protocol';
import { openHubDatabase } from '../database/database.ts';
import { askAs, eventually, makeDataDir, sha256Of, someBytes, whatIsOnDisk } from './files-hub.fixture.ts';

let dataDir: string;
let hub: Bun.Subprocess<'ignore', 'pipe', 'inherit'> | undefined;
let url: string;

beforeEach(async () => {
  dataDir = await makeDataDir();
});
afterEach(async () => {
  await kill();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const script = new URL('./files-server.fixture.ts', import.meta.url).pathname;
  hub = Bun.spawn([process.execPath, script, dataDir], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  for await (const line of hub.stdout) {
    url = new TextDecoder().decode(line).trim();
    break;
  }
}

async function kill(): Promise<void> {
  hub?.kill('SIGKILL');
  await hub?.exited;
  hub = undefined;
}

const ask = (path: string, init: RequestInit = {}) => askAs(url, path, init);
const files = async () => ((await (await ask('/api/files')).json()) as { files: FileResource[] }).files;
const tus = { 'tus-resumable': '1.0.0' };
const part = { ...tus, 'content-type': 'application/offset+octet-stream' };
const create = async (size: number) => {
  const headers = { ...tus, 'upload-length': String(size), 'upload-metadata': `filename ${btoa('resumed.bin')}` };
  return (await ask('/api/uploads', { method: 'POST', headers })).headers.get('location') ?? '';
};
const patch = (location: string, offset: number, body: BodyInit) =>
  ask(location, { method: 'PATCH', body, headers: { ...part, 'upload-offset': String(offset) } });
const offsetOf = async (location: string) => Number((await ask(location, { method: 'HEAD', headers: tus })).headers.get('upload-offset'));
const idOf = (location: string) => location.split('/').at(-1) ?? '';

/** Sends a head that announces more than follows; the hub stays in the middle of receiving. */
function sendHalf(head: string, bytes: Uint8Array): void {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // The kill resets it.
  socket.on('error', () => undefined);
  socket.write(`${head}\r\nhost: x\r\nx-caller: 1\r\n\r\n`);
  socket.write(bytes);
}

async function withDatabase(work: (db: Awaited<ReturnType<typeof openHubDatabase>>['db']) => Promise<unknown>): Promise<void> {
  const { db } = await openHubDatabase(dataDir);
  await work(db);
  await db.destroy();
}

test('a raw upload leaves nothing', async () => {
  await start();
  const kept = (await (await ask('/api/files?name=kept', { method: 'POST', body: 'kept' })).json()) as FileResource;
  sendHalf('POST /api/files?name=half HTTP/1.1\r\ncontent-length: 5000000', someBytes(2_000_000));
  await eventually(async () => (await whatIsOnDisk(dataDir)).incoming.length === 1);
  await kill();
  expect((await whatIsOnDisk(dataDir)).incoming).toHaveLength(1);
  await start();
  expect(await whatIsOnDisk(dataDir)).toEqual({ incoming: [], blobs: [kept.sha256], uploads: [] });
  expect(await files()).toEqual([kept]);
  expect(await (await ask(`/api/files/${kept.id}/content`)).text()).toBe('kept');
});

test('a resumable upload goes on from the bytes that are on disk', async () => {
  const bytes = someBytes(6_000_000, 21);
  await start();
  const location = await create(bytes.length);
  expect((await patch(location, 0, bytes.slice(0, 1_000_000))).headers.get('upload-offset')).toBe('1000000');
  sendHalf(
    `PATCH ${location} HTTP/1.1\r\ntus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 1000000\r\ncontent-length: 5000000`,
    bytes.slice(1_000_000, 4_000_000),
  );
  const path = join(dataDir, 'uploads', idOf(location));
  await eventually(() => Bun.file(path).size > 1_000_000);
  await kill();
  const onDisk = Bun.file(path).size;
  await start();
  const offset = await offsetOf(location);
  expect(offset).toBe(onDisk);
  const fileId = (await patch(location, offset, bytes.slice(offset))).headers.get('relevo-file-id');
  expect(await files()).toMatchObject([{ id: fileId, size: bytes.length, sha256: sha256Of(bytes) }]);
  expect((await whatIsOnDisk(dataDir)).uploads).toEqual([]);
});

test('killed again and again, a resumable upload becomes one file with the right bytes', async () => {
  const bytes = someBytes(30_000_000, 22);
  await start();
  const location = await create(bytes.length);
  const kills = 12;
  for (let round = 0; round < kills; round++) {
    const offset = await offsetOf(location);
    const sending = patch(location, offset, bytes.slice(offset)).catch(() => undefined);
    // Each kill comes after a random number of the file's bytes.
    const until = offset + Math.floor((Math.random() * 2 * (bytes.length - offset)) / (kills - round));
    let sent = false;
    void sending.then(() => {
      sent = true;
    });
    await eventually(() => sent || Bun.file(join(dataDir, 'uploads', idOf(location))).size >= until);
    await kill();
    await sending;
    await start();
  }
  const offset = await offsetOf(location);
  if (offset < bytes.length) await patch(location, offset, bytes.slice(offset));
  expect(await offsetOf(location)).toBe(bytes.length);
  expect(await files()).toMatchObject([{ name: 'resumed.bin', size: bytes.length, sha256: sha256Of(bytes) }]);
  expect(await whatIsOnDisk(dataDir)).toEqual({ incoming: [], blobs: [sha256Of(bytes)], uploads: [] });
  const [file] = await files();
  expect(sha256Of(new Uint8Array(await (await ask(`/api/files/${file?.id}/content`)).arrayBuffer()))).toBe(sha256Of(bytes));
}, 240_000);

test.each([
  ['before its hash was noted', async (_id: string) => undefined],
  [
    'after its hash was noted',
    (id: string) =>
      withDatabase((db) =>
        db
          .updateTable('upload')
          .set({ sha256: sha256Of('hello') })
          .where('id', '=', id)
          .execute(),
      ),
  ],
  [
    'after its bytes became a blob',
    async (id: string) => {
      await withDatabase((db) =>
        db
          .updateTable('upload')
          .set({ sha256: sha256Of('hello') })
          .where('id', '=', id)
          .execute(),
      );
      const hash = sha256Of('hello');
      await mkdir(join(dataDir, 'blobs', hash.slice(0, 2)), { recursive: true });
      await rename(join(dataDir, 'uploads', id), join(dataDir, 'blobs', hash.slice(0, 2), hash));
    },
  ],
])('an upload whose last byte had come is finished by itself: killed %s', async (_, arrange) => {
  await start();
  const location = await create(5);
  await kill();
  await appendFile(join(dataDir, 'uploads', idOf(location)), 'hello');
  await arrange(idOf(location));
  await start();
  await eventually(async () => (await files()).length === 1);
  const head = await ask(location, { method: 'HEAD', headers: tus });
  const [file] = await files();
  expect(head.headers.get('upload-offset')).toBe('5');
  expect(head.headers.get('relevo-file-id')).toBe(file?.id ?? '');
  expect(await (await ask(`/api/files/${file?.id}/content`)).text()).toBe('hello');
  expect(await whatIsOnDisk(dataDir)).toEqual({ incoming: [], blobs: [sha256Of('hello')], uploads: [] });
});

test('bytes of a part whose checksum was not seen to match do not count', async () => {
  await start();
  const location = await create(10);
  await patch(location, 0, 'hello');
  await kill();
  await withDatabase((db) => db.updateTable('upload').set({ checked_size: 5 }).execute());
  await appendFile(join(dataDir, 'uploads', idOf(location)), 'wOr');
  await start();
  expect(await offsetOf(location)).toBe(5);
  await patch(location, 5, 'world');
  expect(await files()).toMatchObject([{ sha256: sha256Of('helloworld') }]);
});

test('what nobody has is removed at start: blobs, uploads, received bytes', async () => {
  await start();
  await kill();
  const orphan = sha256Of('orphan');
  await writeFile(join(dataDir, 'blobs', orphan.slice(0, 2), orphan), 'orphan');
  await writeFile(join(dataDir, 'uploads', crypto.randomUUID()), 'orphan');
  await writeFile(join(dataDir, 'incoming', crypto.randomUUID()), 'orphan');
  await start();
  expect(await whatIsOnDisk(dataDir)).toEqual({ incoming: [], blobs: [], uploads: [] });
});

test('an upload whose bytes are gone is not found, and the hub goes on', async () => {
  await start();
  const location = await create(5);
  await kill();
  await rm(join(dataDir, 'uploads', idOf(location)));
  await start();
  expect((await ask(location, { method: 'HEAD', headers: tus })).status).toBe(404);
  expect((await ask('/api/files?name=x', { method: 'POST', body: 'x' })).status).toBe(201);
});

test('a blob that was cut short on disk is not given out as the file', async () => {
  await start();
  const file = (await (await ask('/api/files?name=x', { method: 'POST', body: 'whole' })).json()) as FileResource;
  await kill();
  await truncate(join(dataDir, 'blobs', file.sha256.slice(0, 2), file.sha256), 3);
  await start();
  expect((await ask(`/api/files/${file.id}/content`)).status).toBe(404);
});
