// `GET /ws/progress?userId=<n>`: who may open a progress socket on the hub, and what it watches.
import { admitWatcher, WatchConnection, type WatchLimits, type WatchSockets, type WatchSource } from '@relevo/progress/socket';
import { ProblemError } from '@relevo/runtime';
import type { Auth } from '../auth/auth.ts';
import { originOwnOrAbsent } from '../auth/origin-check.ts';
import { isInScope, watchScopes } from '../auth/scopes.ts';
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
  // One for all connections: there are thousands of them, most of them idle. And one for keys that may only look.
  const full = watchSource(dependencies.operations);
  const readOnly: WatchSource = {
    ...full,
    stop: () => Promise.reject(new ProblemError('scope_missing', 'the API key needs the scope report to stop an operation')),
  };
  const limits = watchLimits(dependencies.settings);
  return (request) => open(request, dependencies, (mayStop) => (mayStop ? full : readOnly), limits);
}

async function open(
  request: Request,
  { auth, sockets, publicUrl, onRefused }: WatchDependencies,
  sourceFor: (mayStop: boolean) => WatchSource,
  limits: WatchLimits,
): Promise<WatchConnection> {
  let mayStop = true;
  const admitted = await admitWatcher(request, {
    originAllowed: () => originOwnOrAbsent(request, { publicUrl }),
    async identify() {
      const identity = await auth.identify(request);
      const scopes = identity?.caller.scopes;
      if (!isInScope(scopes, watchScopes)) throw new ProblemError('scope_missing', `the API key needs the scope ${watchScopes.join(' or ')}`);
      mayStop = isInScope(scopes, ['report']);
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
    source: sourceFor(mayStop),
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
