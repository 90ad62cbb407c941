// Manifests over the whole road: true to the bytes, computed once, without stopping anybody.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Manifest, manifestSchema } from '@relevo/protocol';
import { openTestHub, sha256Of, someBytes, type TestHub } from '../files-hub.fixture.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
});
afterAll(() => hub.close());

const manifestOf = async (id: string): Promise<Manifest> => manifestSchema.parse(await (await hub.ask(`/api/files/${id}/manifest`)).json());

const failureOf = (sha256: string): Promise<string> =>
  hub.files.manifest(sha256).then(
    () => 'none',
    (error: Error) => error.message,
  );

test.each([
  ['of some megabytes', 20 * 1024 ** 2 + 17],
  ['as long as the window of the thread', 16 * 1024 ** 2],
  ['of one byte', 1],
])('tells the chunks of a file %s, in order', async (_, length) => {
  const bytes = someBytes(length, length);
  const { id, sha256 } = await hub.put('chunked', bytes);
  const manifest = await manifestOf(id);
  expect(manifest).toMatchObject({ sha256, size: length });
  let start = 0;
  for (const [size, hash] of manifest.chunks) {
    expect(sha256Of(bytes.subarray(start, start + size))).toBe(hash);
    start += size;
  }
  expect(start).toBe(length);
});

test('an empty file has no chunks', async () => {
  const { id } = await hub.put('empty', '');
  expect((await manifestOf(id)).chunks).toEqual([]);
});

test('asked for by many at once, it is the same for all', async () => {
  const { id } = await hub.put('wanted', someBytes(5_000_000, 31));
  const answers = await Promise.all(Array.from({ length: 20 }, () => manifestOf(id)));
  for (const answer of answers) expect(answer).toEqual(answers[0] as Manifest);
});

test('many files at once all get theirs', async () => {
  const files = await Promise.all(Array.from({ length: 30 }, (_, index) => hub.put(`many ${index}`, someBytes(300_000, 100 + index))));
  const manifests = await Promise.all(files.map((file) => manifestOf(file.id)));
  expect(manifests.map((manifest) => manifest.sha256)).toEqual(files.map((file) => file.sha256));
});

describe('of a content that goes', () => {
  test('goes with it', async () => {
    const { id, sha256 } = await hub.put('going', 'going');
    await manifestOf(id);
    await hub.ask(`/api/files/${id}`, { method: 'DELETE' });
    expect(await failureOf(sha256)).toContain('ENOENT');
  });

  test('while it is computed, is not kept', async () => {
    const { id, sha256 } = await hub.put('going at once', someBytes(30_000_000, 41));
    const computing = hub.files.manifest(sha256).catch(() => undefined);
    await hub.ask(`/api/files/${id}`, { method: 'DELETE' });
    await computing;
    expect(await failureOf(sha256)).toContain('ENOENT');
  });
});
