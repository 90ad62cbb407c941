// What went wrong on the way to a router and may go right the next time: a reboot, a cut wire, an answer that does not come.

/** The other end closed it, or something on the way did. */
export const connectionLost = 'connection lost';

export class RouterInterruption extends Error {
  override name = 'RouterInterruption';
  /** Set when the router was silent for this long. */
  readonly silentMs: number | undefined;

  constructor(reason: string, silentMs?: number) {
    super(reason);
    this.silentMs = silentMs;
  }
}

/** Names the usual faults of a network by what they mean. */
export function interruptionOf(error: unknown): RouterInterruption {
  if (error instanceof RouterInterruption) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new RouterInterruption(faults[code] ?? (error instanceof Error ? error.message : String(error)).slice(0, 200));
}

const faults: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ConnectionRefused: 'connection refused',
  ECONNRESET: connectionLost,
  EPIPE: connectionLost,
  EHOSTUNREACH: 'no route to the router',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'the name of the router is not known',
  EAI_AGAIN: 'the name of the router could not be looked up',
};
