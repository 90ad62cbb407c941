#!/usr/bin/env node
// Starts the CLI on the Bun that is pinned in node_modules, whatever Node or Bun runs this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'main.ts');
const bun = pinnedBun();

// A process group of its own: the terminal's Ctrl-C comes through us, and Relevo hears it once.
const child = spawn(bun, [main, ...process.argv.slice(2)], { stdio: 'inherit', detached: process.platform !== 'win32' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`cannot run ${bun}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

function pinnedBun() {
  const require = createRequire(import.meta.url);
  try {
    // The package names its binary `bun.exe` on every platform.
    const path = join(dirname(require.resolve('bun/package.json')), 'bin', 'bun.exe');
    if (existsSync(path)) return path;
  } catch {
    // Not installed: said below.
  }
  process.stderr.write('The runtime of Relevo (the npm package "bun") is not installed: run "npm install".\n');
  process.exit(1);
}
