// npm run check: everything that can be told without running the product.
import './node-version.mjs';
import { runChecks } from './checks.mjs';
import { installPackages } from './install.mjs';

await installPackages({ dev: true });
const { failed } = await runChecks();
process.exit(failed === 0 ? 0 : 1);
