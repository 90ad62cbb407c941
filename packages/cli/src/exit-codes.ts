// What the exit code of a command means.

export const exitCodes = {
  done: 0,
  /** The work was tried and failed. */
  failed: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** Not signed in, or not allowed. */
  notAllowed: 3,
  /** What was named is not there. */
  notFound: 4,
  /** The hub does not answer. */
  unreachable: 5,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with one line and an exit code. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
