// npm run soak [-- --minutes N]: a hub on a bad day, with its memory watched (e2e/soak.ts). Not part of npm test.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bunPath, installPackages, root } from './install.mjs';

await installPackages({ dev: false });
const { status } = spawnSync(bunPath(), [join(root, 'e2e/soak.ts'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
