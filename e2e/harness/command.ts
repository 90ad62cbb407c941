// Where the program under test is, and the environment it starts in: nothing of the tester's own.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dir, '../..');

/** The runtime's own executable: what runs the program, and a real file of about 100 MB. */
export const runtimeBinary = realpathSync(join(root, 'node_modules/.bin/bun'));

export function relevoCommand(...args: string[]): string[] {
  return [runtimeBinary, join(root, 'packages/cli/src/main.ts'), ...args];
}

/** `settings` beside the little that any process needs; no .env of the folder the tests run in. */
export function cleanEnv(settings: Record<string, string>): Record<string, string> {
  const kept = Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return { ...kept, ...settings };
}
