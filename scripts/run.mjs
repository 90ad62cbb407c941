// Runs Relevo from source: node scripts/run.mjs <command …>. Installs what is missing, then hands over to the pinned Bun.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { bunPath, installPackages, root } from './install.mjs';

await installPackages({ dev: false });

// A process group of its own: Ctrl-C reaches this process from the terminal and again from npm, and Relevo must hear it once.
const child = spawn(bunPath(), [join(root, 'packages/cli/src/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  detached: process.platform !== 'win32',
});

// A second signal within this time is the echo of the first; a later one is a person who lost patience, and ends it.
const echoMs = 1000;
let signalledAt;

function stop(signal) {
  const now = performance.now();
  if (signalledAt === undefined) child.kill(signal);
  else if (now - signalledAt > echoMs) child.kill('SIGKILL');
  signalledAt ??= now;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));

child.on('error', (error) => {
  process.stderr.write(`cannot run ${bunPath()}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
