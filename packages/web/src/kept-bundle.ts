// Bundles kept on the disk between starts: the pages are built when their sources have changed, not each time that a process starts.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { type Bundle, buildBundle, type Interface } from './bundle.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Everything a bundle is made of: our sources, and by name and digest the packages of others. */
export const sourcesOfPages = ['protocol', 'progress', 'web']
  .flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/src/**`])
  .concat('package-lock.json', 'tsconfig.json');

export interface KeptBundleOptions {
  /** The folder that the sources are in. */
  root: string;
  /** Patterns of the files that a bundle is made of. */
  sources: readonly string[];
  /** Where bundles are kept; made when it is not there. */
  folder: string;
  build(which: Interface): Promise<Bundle>;
}

const ofPages: KeptBundleOptions = { root, sources: sourcesOfPages, folder: join(root, 'node_modules/.cache/relevo-pages'), build: buildBundle };

/** The bundle of the sources as they are now. One that cannot be kept, in a folder of somebody else's, is built each time. @throws as `buildBundle` */
export async function keptBundle(which: Interface, { root, sources, folder, build } = ofPages): Promise<Bundle> {
  const path = join(folder, which);
  const digest = await digestOf(root, sources);
  const kept = await readKept(path, digest);
  if (kept) return kept;
  const bundle = await build(which);
  // Sources that changed while they were bundled belong to neither digest.
  if ((await digestOf(root, sources)).equals(digest)) await keep(path, digest, bundle).catch(() => {});
  return bundle;
}

async function digestOf(root: string, sources: readonly string[]): Promise<Buffer> {
  const names = sources.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })]).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(root, name))));
  const hash = new Bun.CryptoHasher('sha256').update(Bun.version);
  for (const [index, name] of names.entries()) hash.update(`\n${name}\n${contents[index]?.length}\n`).update(contents[index] ?? '');
  return hash.digest();
}

/** A kept file: the digest of the sources, the digest of the rest, the bundle. Undefined when it is of other sources, torn or not there. */
async function readKept(path: string, digest: Buffer): Promise<Bundle | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes?.subarray(0, digest.length).equals(digest)) return undefined;
  const packed = bytes.subarray(digest.length * 2);
  return bytes.subarray(digest.length, digest.length * 2).equals(sha256(packed)) ? (deserialize(packed) as Bundle) : undefined;
}

/** Written aside and renamed: another process that starts meanwhile reads the old one or the new one. */
async function keep(path: string, digest: Buffer, bundle: Bundle): Promise<void> {
  const packed = serialize(bundle);
  const aside = `${path}.${randomUUID()}`;
  await mkdir(join(path, '..'), { recursive: true });
  try {
    await writeFile(aside, Buffer.concat([digest, sha256(packed), packed]));
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return new Bun.CryptoHasher('sha256').update(bytes).digest();
}
