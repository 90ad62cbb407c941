// `GET /ws/progress?userId=<n>`: the guards before a progress socket opens, each refusing with its exact status.
import { parseUserId, pickLanguage } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Auth } from '../auth/auth.ts';
import { originOwnOrAbsent } from '../auth/origin-check.ts';
import type { HubSettings } from '../settings.ts';
import type { Operations } from './operations.ts';
import { WatchConnection } from './watch-connection.ts';
import type { WatchSockets } from './watch-sockets.ts';

export interface WatchDependencies {
  auth: Auth;
  operations: Operations;
  sockets: WatchSockets;
  settings: HubSettings;
  publicUrl: string | undefined;
}

/** The connection to upgrade to. @throws ProblemError when a guard refuses */
export async function openWatchSocket(request: Request, { auth, operations, sockets, settings, publicUrl }: WatchDependencies): Promise<WatchConnection> {
  const userId = parseUserId(new URL(request.url).searchParams.get('userId'));
  if (userId === undefined) throw new ProblemError('invalid_request', 'userId must be a positive integer');
  // A browser sends cookies to whatever page asks; the origin says which page asked (RFC 6455 §10.2).
  if (!originOwnOrAbsent(request, { publicUrl })) throw new ProblemError('origin_refused');
  const identity = await auth.identify(request);
  if (!identity) throw new ProblemError('unauthenticated');
  const { caller, credential } = identity;
  if (caller.userId !== userId && caller.role !== 'admin') throw new ProblemError('forbidden', 'userId is not the one of this session');
  const leave = sockets.takePlace(userId);
  if (!leave) throw new ProblemError('too_many_connections', `a user has at most ${settings.CONNECTIONS_PER_USER_MAX} connections`, { headers: { 'retry-after': '5' } });
  const language = pickLanguage(request.headers.get('accept-language'), 'en');
  return new WatchConnection({ userId, callerId: caller.userId, credential, language, operations, sockets, settings, leave });
}
