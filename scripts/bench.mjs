// npm run bench [-- NAME …]: the performance claims, each a script bench/NAME.bench.ts that prints ratios against peers of the same run.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bunPath, installPackages, root } from './install.mjs';
import { installSystemPackages } from './system-packages.mjs';

const known = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${known.join(', ')}.\n`);
  process.exit(2);
}
// The peers are packages of development.
await installPackages({ dev: true });
if (!installSystemPackages('bench')) process.exit(1);
let failed = false;
for (const name of asked.length > 0 ? asked : known) {
  process.stdout.write(`\n── ${name} ──\n`);
  const result = spawnSync(bunPath(), [join(root, 'bench', `${name}.bench.ts`)], { cwd: root, stdio: 'inherit' });
  failed ||= result.status !== 0;
}
process.exitCode = failed ? 1 : 0;
