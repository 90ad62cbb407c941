// WebSocket close codes of both sockets, and whether a client should come back.

export const closeCodes = {
  /** The hub is going away: come back, with jitter. */
  goingAway: 1001,
  /** A message that is not of the protocol. */
  brokenProtocol: 4400,
  /** The session or token behind this socket ended. */
  sessionEnded: 4401,
  /** Not allowed: an agent was revoked, an account disabled. */
  notAllowed: 4403,
  /** The reader was too slow for too long. */
  tooSlow: 4408,
  /** Another socket of the same agent took over. */
  replaced: 4409,
  /** Too many messages, or too many bad ones. */
  tooMuch: 4429,
} as const;

const final: ReadonlySet<number> = new Set([closeCodes.brokenProtocol, closeCodes.sessionEnded, closeCodes.notAllowed]);

/** False when coming back unchanged cannot work: the session, the program or the permission has to change first. */
export function mayReconnect(closeCode: number): boolean {
  return !final.has(closeCode);
}
