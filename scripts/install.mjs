// Brings node_modules to what package-lock.json says, and finds the Bun that is pinned there.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modules = join(root, 'node_modules');
const lock = join(root, '.relevo-install.lock');
const lockPollMs = 200;

/**
 * Installs the packages of package-lock.json when any of them is missing or another version, and says so in one line.
 * With `dev: false` the tools of development are not asked for. Two processes started together install once.
 */
export async function installPackages({ dev }) {
  if (!isInstalled({ dev })) {
    await locked(() => {
      if (isInstalled({ dev })) return;
      process.stderr.write('Installing packages (npm ci) …\n');
      const npm = npmCommand();
      const result = spawnSync(npm.file, [...npm.args, 'ci', '--no-fund', '--no-audit', '--no-progress', '--loglevel=error'], { cwd: root, encoding: 'utf8' });
      if (result.status !== 0) {
        process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}npm ci failed${result.error ? `: ${result.error.message}` : ''}\n`);
        process.exit(1);
      }
    });
  }
  bunPath();
}

/** npm keeps a record of what it laid down in node_modules/.package-lock.json, written last: compare it with what is wanted. */
export function isInstalled({ dev }) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(modules, '.package-lock.json'))?.packages;
  if (!wanted) throw new Error('package-lock.json is missing or broken');
  if (!present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    // Workspaces are links; optional packages are for other platforms, or absent by choice.
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    if (entry.optional || entry.devOptional || entry.peer || (entry.dev && !dev)) return true;
    return present[path] !== undefined && present[path].version === entry.version;
  });
}

let foundBun;

/**
 * The path of the pinned Bun. Its package links the binary in an install script; npm may have been told to run none, so a Bun that does
 * not answer is linked now, and failing that taken from the package of its platform.
 */
export function bunPath() {
  if (foundBun) return foundBun;
  const pinned = readJson(join(root, 'package.json')).dependencies.bun;
  const linked = join(modules, 'bun', 'bin', 'bun.exe');
  const installer = join(modules, 'bun', 'install.js');
  if (!answers(linked, pinned) && existsSync(installer)) spawnSync(process.execPath, [installer], { cwd: dirname(installer), stdio: 'ignore' });
  const platforms = join(modules, '@oven');
  const unlinked = (existsSync(platforms) ? readdirSync(platforms) : []).map((name) =>
    join(platforms, name, 'bin', process.platform === 'win32' ? 'bun.exe' : 'bun'),
  );
  foundBun = [linked, ...unlinked].find((binary) => answers(binary, pinned));
  if (foundBun) return foundBun;
  process.stderr.write(`The runtime of Relevo, Bun ${pinned}, is not in node_modules: run "npm ci" and see what it says.\n`);
  process.exit(1);
}

function answers(binary, version) {
  if (!existsSync(binary)) return false;
  try {
    return execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() === version;
  } catch {
    return false;
  }
}

/** The npm that runs this script, or the one on the PATH. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? { file: process.execPath, args: [script] } : { file: 'npm', args: [] };
}

/** Runs `work` while no other process of this project installs; a lock whose holder is gone is taken over. */
async function locked(work) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (holderIsGone()) rmSync(lock, { force: true });
      else await wait(lockPollMs);
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderIsGone() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (!pid) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT';
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
