// Entry of an agent process for tests that kill it.
import { runAgent } from './index.ts';

await runAgent();
