// `GET /ws/progress?userId=<n>`: who may open a progress socket on the hub, and what it watches.
import { admitWatcher, WatchConnection, type WatchLimits, type WatchSockets, type WatchSource } from '@relevo/progress/socket';
import { ProblemError } from '@relevo/runtime';
import type { Auth } from '../auth/auth.ts';
import { originOwnOrAbsent } from '../auth/origin-check.ts';
import type { HubSettings } from '../settings.ts';
import type { Operations } from './operations.ts';
import { watchLimits } from './watch-sockets.ts';

export interface WatchDependencies {
  auth: Auth;
  operations: Operations;
  sockets: WatchSockets;
  settings: HubSettings;
  publicUrl: string | undefined;
  /** Told the code of every message that is refused. */
  onRefused: (code: string) => void;
}

/** Gives the connection to upgrade to for a request, or throws the ProblemError by which a guard refuses. */
export function openWatchSocket(dependencies: WatchDependencies): (request: Request) => Promise<WatchConnection> {
  // One for all connections: there are thousands of them, most of them idle.
  const source = watchSource(dependencies.operations);
  const limits = watchLimits(dependencies.settings);
  return (request) => open(request, dependencies, source, limits);
}

async function open(
  request: Request,
  { auth, sockets, publicUrl, onRefused }: WatchDependencies,
  source: WatchSource,
  limits: WatchLimits,
): Promise<WatchConnection> {
  const admitted = await admitWatcher(request, {
    originAllowed: () => originOwnOrAbsent(request, { publicUrl }),
    async identify() {
      const identity = await auth.identify(request);
      return identity && { userId: identity.caller.userId, isAdmin: identity.caller.role === 'admin', credential: identity.credential };
    },
    sockets,
    connectionsPerUserMax: limits.connectionsPerUserMax,
    language: 'en',
  });
  if ('code' in admitted) {
    const { code, detail, retryAfterSeconds } = admitted;
    throw new ProblemError(code, detail, retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } });
  }
  const { userId, identity, language, leave } = admitted;
  return new WatchConnection({
    userId,
    callerId: identity.userId,
    credential: identity.credential,
    language,
    source,
    sockets,
    limits,
    leave,
    onRefused,
  });
}

function watchSource(operations: Operations): WatchSource {
  return {
    engine: operations.engine,
    catchUpEnded: (key, after) => operations.catchUpEnded(key, after),
    stop: (key) => operations.stop(key),
    refusalOf: (error) => (error instanceof ProblemError ? { code: error.code, message: error.message } : undefined),
  };
}
