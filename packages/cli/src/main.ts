// `relevo`: reads the command line, runs the command, and ends with an exit code that means something.
import { ProblemError, SettingsError } from '@relevo/runtime';
import { CommanderError } from 'commander';
import { CommandError, exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { printable } from './terminal/printable.ts';

// A pipe that closes early (`relevo files ls | head -1`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed));

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exit(explain(error));
}

/** Says what went wrong on standard error; answers the exit code. */
function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CommandError) {
    if (error.message !== '') process.stderr.write(`${printable(error.message)}\n`);
    return error.exitCode;
  }
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  process.stderr.write(`${error instanceof ProblemError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.failed;
}
