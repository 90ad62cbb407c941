// The states of the agent's link to its hub, which may follow which, and what people are shown of them.

export type LinkPhase = 'proving' | 'enrolling' | 'awaiting_approval' | 'opening' | 'connected' | 'waiting' | 'stopped';

/** From each phase, the phases it may go to. */
const transitions: Readonly<Record<LinkPhase, readonly LinkPhase[]>> = {
  /** Asks for a token: challenge, signature. */
  proving: ['opening', 'enrolling', 'awaiting_approval', 'waiting', 'stopped'],
  /** Makes itself known with API_KEY. */
  enrolling: ['proving', 'waiting', 'stopped'],
  /** Known, but an administrator has not approved it yet; asks again and again. */
  awaiting_approval: ['awaiting_approval', 'opening', 'enrolling', 'waiting', 'stopped'],
  /** Opens the socket and says hello. */
  opening: ['connected', 'waiting', 'stopped'],
  /** Was welcomed. */
  connected: ['waiting', 'stopped'],
  /** Nothing worked; waits before it tries again. */
  waiting: ['proving', 'stopped'],
  stopped: [],
};

/** The link as the local page shows it. */
export interface Connection {
  state: 'connected' | 'connecting' | 'disconnected';
  phase: LinkPhase;
  /** When it was connected, or since when it is not; ISO 8601. */
  since: string;
  server_url: string;
  last_error: string | null;
  /** When it tries again, while it waits; ISO 8601. */
  next_attempt_at?: string;
}

const states: Readonly<Record<LinkPhase, Connection['state']>> = {
  proving: 'connecting',
  enrolling: 'connecting',
  awaiting_approval: 'connecting',
  opening: 'connecting',
  connected: 'connected',
  waiting: 'disconnected',
  stopped: 'disconnected',
};

export interface LinkPhases {
  readonly phase: LinkPhase;
  /** @throws Error when the table does not allow it: a mistake of this program. */
  to(next: LinkPhase, change?: { lastError?: string | null; nextAttemptAt?: number }): void;
  connection(): Connection;
}

export function createLinkPhases(serverUrl: string, onChange: (connection: Connection) => void): LinkPhases {
  let phase: LinkPhase = 'waiting';
  let since = new Date();
  let lastError: string | null = null;
  let nextAttemptAt: number | undefined;

  function connection(): Connection {
    return {
      state: states[phase],
      phase,
      since: since.toISOString(),
      server_url: serverUrl,
      last_error: lastError,
      ...(nextAttemptAt === undefined ? {} : { next_attempt_at: new Date(nextAttemptAt).toISOString() }),
    };
  }

  return {
    get phase() {
      return phase;
    },
    to(next, change = {}) {
      if (!transitions[phase].includes(next)) throw new Error(`the link cannot go from ${phase} to ${next}`);
      if ((phase === 'connected') !== (next === 'connected')) since = new Date();
      phase = next;
      nextAttemptAt = change.nextAttemptAt;
      if (change.lastError !== undefined) lastError = change.lastError;
      onChange(connection());
    },
    connection,
  };
}
