// npm run build: dist/relevo, one self-contained executable. With --all, one for every platform; with --target NAME, that one.
import './node-version.mjs';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bunPath, installPackages, npmCommand, root } from './install.mjs';

/** Our name of a platform → the npm package that brings Bun for it. */
const platforms = {
  'linux-x64': '@oven/bun-linux-x64',
  'linux-arm64': '@oven/bun-linux-aarch64',
  'darwin-x64': '@oven/bun-darwin-x64',
  'darwin-arm64': '@oven/bun-darwin-aarch64',
  'windows-x64': '@oven/bun-windows-x64',
};

await installPackages({ dev: false });
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.bun;
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });

const own = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const args = process.argv.slice(2);
const at = args.indexOf('--target');
const wanted = args.includes('--all') ? Object.keys(platforms) : [at >= 0 ? args[at + 1] : own];
for (const platform of wanted) {
  if (!platforms[platform]) fail(`there is no platform ${platform}; one of ${Object.keys(platforms).join(', ')}`);
  const suffix = platform.startsWith('windows') ? '.exe' : '';
  const outfile = join(dist, `relevo${args.length > 0 ? `-${platform}` : ''}${suffix}`);
  // Only another platform's Bun has to be fetched; this one is here.
  const binary = platform === own ? bunPath() : fetchBun(platform);
  const built = spawnSync(bunPath(), [join(root, 'scripts/build-executable.ts'), `bun-${platform}`, binary, outfile], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0 || !existsSync(outfile)) fail(`the executable for ${platform} could not be built`);
  if (!suffix) chmodSync(outfile, 0o755);
  process.stdout.write(`${outfile.slice(root.length + 1)}  ${(statSync(outfile).size / 1024 ** 2).toFixed(0)} MiB\n`);
}

/** The Bun of another platform, from its npm package (npm checks it against the registry's digest); kept for the next build. */
function fetchBun(platform) {
  const name = platforms[platform];
  const cache = join(root, 'node_modules/.cache/relevo-bun', `${platform}-${version}`);
  const binary = join(cache, 'package/bin', platform.startsWith('windows') ? 'bun.exe' : 'bun');
  if (existsSync(binary)) return binary;
  const fresh = `${cache}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    const npm = npmCommand();
    const packed = execFileSync(npm.file, [...npm.args, 'pack', `${name}@${version}`, '--pack-destination', fresh, '--loglevel=error', '--json'], {
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', join(fresh, JSON.parse(packed)[0].filename.replace(/^@/, '').replace('/', '-')), '-C', fresh]);
    rmSync(cache, { recursive: true, force: true });
    renameSync(fresh, cache);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    fail(`${name}@${version} could not be fetched: ${error.message}`);
  }
  return binary;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
