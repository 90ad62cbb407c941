// The command line that runs another command of this same CLI, from source or from the compiled executable.

/** As `['/path/to/bun', '/path/to/main.ts', 'hub']`, or `['/path/to/relevo', 'hub']`. */
export function ownCommand(...args: string[]): string[] {
  // A compiled executable has its sources in a file system of its own.
  const isCompiled = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(Bun.main);
  return isCompiled ? [process.execPath, ...args] : [process.execPath, Bun.main, ...args];
}
