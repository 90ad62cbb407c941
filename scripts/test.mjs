// npm test: installs what is missing, then the checks, the tests of the packages and the tests of the whole. Last line: N passed, N failed.
//
//   npm test -- --only <path …>   only these tests, without the checks; further options go to `bun test`
//
// A failed test is a failure: none is tried again. Files are worked off by as many processes as the machine has cores, at most four.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { collectFailures } from './failed-tests.mjs';
import { bunPath, installPackages, root } from './install.mjs';
import { installSystemPackages } from './system-packages.mjs';

const unitTimeoutMs = 30_000;
const wholeTimeoutMs = 15 * 60_000;
const processesMax = 4;

await installPackages({ dev: true });
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const at = process.argv.indexOf('--only');
if (at >= 0) {
  add(await bunTest('chosen tests', process.argv.slice(at + 1), wholeTimeoutMs));
} else {
  if (!installSystemPackages('test')) process.stderr.write('Tests that need them will fail.\n');
  add(await runChecks());
  // Files of the packages import the same modules: a process reads them once.
  add(await bunTest('packages', ['./packages', './scripts', './examples'], unitTimeoutMs, ['--no-isolate']));
  add(await bunTest('the whole, end to end', ['./e2e'], wholeTimeoutMs));
}
if (failures.length > 0) process.stdout.write(`\n── what failed ──\n${failures.join('\n\n')}\n\n`);
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function add({ passed, failed, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** Runs `bun test` on `paths` and counts from its JUnit report. A run that dies, or fails without a failed test, is itself one failure. */
async function bunTest(title, paths, timeoutMs, options = []) {
  process.stdout.write(`\n── ${title} ──\n`);
  const folder = mkdtempSync(join(tmpdir(), 'relevo-test-'));
  const report = join(folder, 'junit.xml');
  const processes = Math.min(availableParallelism(), processesMax);
  const args = ['test', `--parallel=${processes}`, ...options, `--timeout=${timeoutMs}`, '--reporter=junit', `--reporter-outfile=${report}`, ...paths];
  // Through a pipe it would show no colours.
  const env = { ...process.env, ...(process.stderr.isTTY && { FORCE_COLOR: '1' }) };
  const code = await new Promise((resolve) => {
    const child = spawn(bunPath(), args, { cwd: root, stdio: ['ignore', 'inherit', 'pipe'], env });
    const collected = collectFailures();
    child.stderr.setEncoding('utf8').on('data', (text) => {
      process.stderr.write(text);
      collected.take(text);
    });
    child.on('error', () => resolve(-1));
    child.on('close', (code) => {
      failures.push(...collected.failures);
      resolve(code);
    });
  });
  const counts = existsSync(report) ? readCounts(readFileSync(report, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  rmSync(folder, { recursive: true, force: true });
  if ((code !== 0 || counts.passed + counts.failed === 0) && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The numbers of the root element, as `<testsuites name="bun test" tests="28" assertions="45" failures="0" skipped="0" time="0.01">`. */
function readCounts(xml) {
  const [element = ''] = /<testsuites [^>]*>/.exec(xml) ?? [];
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(element)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  return { passed: number('tests') - failed - skipped, failed, skipped };
}
