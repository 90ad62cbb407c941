// The checks that need no running product: types, lint and format, unused code, architecture.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bunPath, root } from './install.mjs';

const tool = (name) => join(root, 'node_modules', name);

function checks() {
  return [
    { name: 'types (tsc)', file: process.execPath, args: [tool('typescript/bin/tsc'), '-p', '.'] },
    {
      name: 'lint and format (biome)',
      file: process.execPath,
      args: [tool('@biomejs/biome/bin/biome'), 'check', '.', '--error-on-warnings', '--max-diagnostics=200'],
    },
    { name: 'unused code (knip)', file: process.execPath, args: [tool('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors'] },
    { name: 'architecture', file: bunPath(), args: [join(root, 'scripts/architecture.ts')] },
  ];
}

/** Runs all checks side by side, prints one line for each and the output of those that failed. Resolves to the counts. */
export async function runChecks() {
  const results = await Promise.all(checks().map(run));
  for (const { name, ok, output, seconds } of results) {
    process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)\n${ok ? '' : `${output.trimEnd()}\n`}`);
  }
  const failed = results.filter(({ ok }) => !ok).length;
  return { passed: results.length - failed, failed };
}

function run({ name, file, args }) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const end = (ok) => resolve({ name, ok, output, seconds: (performance.now() - started) / 1000 });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}
