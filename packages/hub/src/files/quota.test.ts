// The quota: what it counts, and that uploads at the same moment cannot take the same bytes.
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { openTestHub, problemOf, sha256Of, someBytes, type TestHub } from './files-hub.fixture.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await openTestHub({ USER_QUOTA_BYTES: 1000 });
});
afterEach(() => hub.close());

const put = (size: number, init: RequestInit & { caller?: string } = {}) =>
  hub.ask('/api/files?name=x', { method: 'POST', body: someBytes(size, size), ...init });
const create = (size: number) =>
  hub.ask('/api/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': String(size), 'upload-metadata': `filename ${btoa('x')}` } });
const statuses = async (requests: Promise<Response>[]) => (await Promise.all(requests)).map((response) => response.status).sort();

test('takes the last byte and refuses the next', async () => {
  expect((await put(999)).status).toBe(201);
  expect((await put(1)).status).toBe(201);
  expect(await problemOf(await put(1))).toMatchObject({ status: 413, code: 'quota_exceeded', limit: 1000 });
  expect((await put(0)).status).toBe(201);
});

test('counts each user alone, and each file, also of the same bytes', async () => {
  expect((await put(600)).status).toBe(201);
  expect((await put(600)).status).toBe(413);
  expect((await put(600, { caller: '2' })).status).toBe(201);
});

test('gives back what is deleted', async () => {
  const { id } = (await (await put(1000)).json()) as { id: string };
  expect((await put(1)).status).toBe(413);
  await hub.ask(`/api/files/${id}`, { method: 'DELETE' });
  expect((await put(1000)).status).toBe(201);
});

test('gives back what was refused', async () => {
  const wrong = { 'repr-digest': `sha-256=:${Buffer.from(sha256Of('other'), 'hex').toString('base64')}:` };
  for (let round = 0; round < 3; round++) expect((await put(900, { headers: wrong })).status).toBe(409);
  expect((await put(1000)).status).toBe(201);
});

test('of many uploads at once takes as many as fit, no more and no fewer', async () => {
  for (let round = 0; round < 5; round++) {
    const answers = await statuses(Array.from({ length: 8 }, () => put(300)));
    expect(answers).toEqual([201, 201, 201, 413, 413, 413, 413, 413]);
    const { files } = (await (await hub.ask('/api/files')).json()) as { files: { id: string }[] };
    for (const { id } of files) await hub.ask(`/api/files/${id}`, { method: 'DELETE' });
  }
});

test('of bodies of unknown length too', async () => {
  const stream = () => {
    let left = 3;
    return new ReadableStream({ pull: (controller) => (left-- > 0 ? controller.enqueue(someBytes(200)) : controller.close()) });
  };
  expect(await statuses([put(0, { body: stream() })])).toEqual([201]);
  expect(await problemOf(await put(0, { body: stream() }))).toMatchObject({ code: 'quota_exceeded' });
  expect((await put(400)).status).toBe(201);
});

test('counts resumable uploads whole from their creation', async () => {
  const creation = await create(700);
  expect(creation.status).toBe(201);
  expect(await problemOf(await create(400))).toMatchObject({ code: 'quota_exceeded' });
  expect((await put(400)).status).toBe(413);
  await hub.ask(creation.headers.get('location') ?? '', { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
  expect((await put(1000)).status).toBe(201);
});

test('counts a resumable upload that is finished once', async () => {
  const location = (await create(700)).headers.get('location') ?? '';
  const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  await hub.ask(location, { method: 'PATCH', body: someBytes(700), headers });
  expect((await put(301)).status).toBe(413);
  expect((await put(300)).status).toBe(201);
});

test('of resumable and plain uploads created at once takes what fits', async () => {
  const answers = await statuses([create(600), create(600), put(600), put(600)]);
  expect(answers).toEqual([201, 413, 413, 413]);
});
