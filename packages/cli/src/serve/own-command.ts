// The command line that runs another command of this same CLI, from source or from the compiled executable.
import { isCompiled } from '@relevo/runtime';

/** As `['/path/to/bun', '/path/to/main.ts', 'hub']`, or `['/path/to/relevo', 'hub']`. */
export function ownCommand(...args: string[]): string[] {
  return isCompiled ? [process.execPath, ...args] : [process.execPath, Bun.main, ...args];
}
