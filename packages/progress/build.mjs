// npm run build -w packages/progress: the package as it is published, ESM and types for any runtime, into dist/.
//
//   npm publish packages/progress/dist
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(folder));
const entries = ['report', 'server', 'watch', 'react'];

/** Everything is made in a folder of its own, and put in place whole. */
const making = mkdtempSync(join(folder, '.dist-'));
const former = mkdtempSync(join(folder, '.dist-'));
try {
  compile(making);
  for (const file of readdirSync(making, { recursive: true })) if (/\.(js|d\.ts)$/.test(file)) pointToOurs(join(making, file));
  for (const name of ['README.md', 'LICENSE']) copyFileSync(join(name === 'LICENSE' ? root : folder, name), join(making, name));
  writeFileSync(join(making, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  putInPlace(join(folder, 'dist'));
} finally {
  for (const path of [making, former]) rmSync(path, { recursive: true, force: true });
}

/** Somebody else may build at this moment, and another import what is there: the same is left where it is, what is new comes by renaming. */
function putInPlace(dist) {
  for (let attempt = 0; !isTheSame(dist); attempt += 1) {
    unless('ENOENT', () => renameSync(dist, join(former, String(attempt))));
    // In between the other one may have put theirs in place.
    if (unless('ENOTEMPTY', () => renameSync(making, dist))) return;
  }
}

function isTheSame(dist) {
  const made = contentsOf(making);
  const there = unless('ENOENT', () => contentsOf(dist));
  return made.size === there?.size && [...made].every(([name, content]) => there.get(name)?.equals(content));
}

/** Every file below `path`, by its name there. */
function contentsOf(path) {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [relative(path, join(parentPath, name)), readFileSync(join(parentPath, name))]));
}

/** What `act` gives, or true; undefined when it fails with `code`. */
function unless(code, act) {
  try {
    return act() ?? true;
  } catch (error) {
    if (error.code !== code) throw error;
    return undefined;
  }
}

function compile(out) {
  const built = join(out, 'built');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.build.json'), '--outDir', built], { encoding: 'utf8' });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`);
    throw new Error('the package does not compile');
  }
  for (const name of readdirSync(join(built, 'progress/src'))) renameSync(join(built, 'progress/src', name), join(out, name));
  renameSync(join(built, 'protocol/src'), join(out, 'protocol'));
  rmSync(built, { recursive: true });
}

/** The protocol is part of the package: what names it is pointed to the copy in it. Types keep no `.ts` in their paths. */
function pointToOurs(path) {
  const toProtocol = relative(dirname(path), join(making, 'protocol/index.js')).split(sep).join('/');
  const source = readFileSync(path, 'utf8');
  const pointed = source
    .replaceAll(/(from |import\()(['"])@relevo\/protocol\2/g, (_, before) => `${before}'${toProtocol.startsWith('.') ? '' : './'}${toProtocol}'`)
    .replaceAll(/(from |import\()(['"])(\.[^'"]*)\.tsx?\2/g, (_, before, _quote, to) => `${before}'${to}.js'`);
  writeFileSync(path, pointed);
}

function publishedManifest() {
  const { name, version, type, description, peerDependencies, peerDependenciesMeta } = readManifest(folder);
  const { license } = readManifest(root);
  const { dependencies } = readManifest(join(root, 'packages/protocol'));
  const exports = Object.fromEntries(entries.map((entry) => [`./${entry}`, { types: `./${entry}/index.d.ts`, default: `./${entry}/index.js` }]));
  const files = [...entries, 'engine', 'protocol'];
  return {
    name,
    version,
    description,
    license,
    type,
    // AbortSignal.any came with 20.3.
    engines: { node: '>=20.3' },
    sideEffects: false,
    files,
    exports,
    dependencies,
    peerDependencies,
    peerDependenciesMeta,
  };
}

function readManifest(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}
