import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Bundle } from './bundle.ts';
import { type KeptBundleOptions, keptBundle, sourcesOfPages } from './kept-bundle.ts';

let root: string;
let builds: number;
let options: KeptBundleOptions;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'relevo-kept-'));
  await writeFile(join(root, 'page.ts'), 'one');
  builds = 0;
  options = { root, sources: ['*.ts', 'lock.json'], folder: join(root, 'cache/pages'), build };
});
afterEach(() => rm(root, { recursive: true }));

/** Carries what the source said when it was built. */
async function build(): Promise<Bundle> {
  builds += 1;
  const text = await readFile(join(root, 'page.ts'));
  return { html: `${text}`, assets: [{ path: '/assets/a.js', type: 'text/javascript', gzip: Bun.gzipSync(new Uint8Array(text)) }] };
}

test('a bundle is built once, and given again as it was', async () => {
  const built = await keptBundle('hub', options);
  const kept = await keptBundle('hub', options);
  expect(builds).toBe(1);
  expect(kept).toEqual(built);
  expect(new TextDecoder().decode(Bun.gunzipSync(kept.assets[0]?.gzip ?? new Uint8Array()))).toBe('one');
});

test('each interface has its own', async () => {
  await keptBundle('hub', options);
  await keptBundle('agent', options);
  expect([builds, (await readdir(options.folder)).sort()]).toEqual([2, ['agent', 'hub']]);
});

test.each([
  ['a source that changed', () => writeFile(join(root, 'page.ts'), 'two')],
  ['a source that was added', () => writeFile(join(root, 'other.ts'), '')],
  ['another version of a package', () => writeFile(join(root, 'lock.json'), '{}')],
  ['a kept file that is cut short', () => truncate(join(options.folder, 'hub'), 80)],
  ['a kept file with a wrong byte', () => flipLastByte(join(options.folder, 'hub'))],
  ['a kept file that is empty', () => writeFile(join(options.folder, 'hub'), '')],
])('%s makes it be built anew, and kept', async (_, change) => {
  await keptBundle('hub', options);
  await change();
  const built = await keptBundle('hub', options);
  expect(built.html).toBe(await readFile(join(root, 'page.ts'), 'utf8'));
  expect(await keptBundle('hub', options)).toEqual(built);
  expect(builds).toBe(2);
});

test('what changed while it was built is not kept', async () => {
  const whileChanging = async () => {
    const bundle = await build();
    await writeFile(join(root, 'page.ts'), 'two');
    return bundle;
  };
  expect((await keptBundle('hub', { ...options, build: whileChanging })).html).toBe('one');
  expect((await keptBundle('hub', options)).html).toBe('two');
});

test('a build that fails is nobody’s, and is tried again', async () => {
  const fails = () => Promise.reject(new Error('no such import'));
  await expect(keptBundle('hub', { ...options, build: fails })).rejects.toThrow('no such import');
  expect((await keptBundle('hub', options)).html).toBe('one');
});

test('where nothing can be kept it is built each time', async () => {
  await writeFile(join(root, 'cache'), 'a file where a folder should be');
  expect([(await keptBundle('hub', options)).html, (await keptBundle('hub', options)).html]).toEqual(['one', 'one']);
  expect(builds).toBe(2);
});

test('the digest of the pages goes by everything that they are built from', async () => {
  const { metafile, success } = await Bun.build({
    entrypoints: ['hub', 'agent'].map((which) => join(import.meta.dir, which, `${which}.html`)),
    target: 'browser',
    splitting: true,
    metafile: true,
  });
  expect(success).toBe(true);
  const project = join(import.meta.dir, '../../..');
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => relative(project, path));
  const ofOurs = inputs.filter((path) => !path.startsWith('node_modules/'));
  expect(ofOurs.length).toBeGreaterThan(100);
  const patterns = sourcesOfPages.map((pattern) => new Bun.Glob(pattern));
  expect(ofOurs.filter((path) => !patterns.some((pattern) => pattern.match(path)))).toEqual([]);
}, 60_000);

async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
}
