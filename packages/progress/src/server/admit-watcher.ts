// The guards before a progress socket opens, in their order, each with the code it refuses by.
import { type ErrorCode, type Language, parseUserId, pickLanguage } from '@relevo/protocol';
import type { WatchSockets } from './watch-sockets.ts';

/** Who asks to watch. */
export interface WatcherIdentity {
  userId: number;
  /** May watch anybody's operations. */
  isAdmin: boolean;
  /** Names the session or key, so that its sockets can be closed when it ends. Not a secret. */
  credential: string;
}

export interface AdmitOptions {
  /** False for a request that another site's page sent. */
  originAllowed(request: Request): boolean;
  identify(request: Request): Promise<WatcherIdentity | undefined>;
  sockets: WatchSockets;
  connectionsPerUserMax: number;
  /** Of whoever asks for none that is known. */
  language: Language;
}

export interface Admitted {
  userId: number;
  identity: WatcherIdentity;
  language: Language;
  /** Gives back the user's place. */
  leave: () => void;
}

export interface Refused {
  code: ErrorCode;
  /** What was wrong, when the title of the code does not say it all. */
  detail?: string;
  retryAfterSeconds?: number;
}

/** Lets a watcher in by `GET /ws/progress?userId=<n>`, taking one of the user's places, or says why not. */
export async function admitWatcher(request: Request, options: AdmitOptions): Promise<Admitted | Refused> {
  const userId = parseUserId(new URL(request.url).searchParams.get('userId'));
  if (userId === undefined) return { code: 'invalid_request', detail: 'userId must be a positive integer' };
  // A browser sends cookies to whatever page asks; the origin says which page asked (RFC 6455 §10.2).
  if (!options.originAllowed(request)) return { code: 'origin_refused' };
  const identity = await options.identify(request);
  if (!identity) return { code: 'unauthenticated' };
  if (identity.userId !== userId && !identity.isAdmin) return { code: 'forbidden', detail: 'userId is not the one of this session' };
  const leave = options.sockets.takePlace(userId);
  if (!leave) return { code: 'too_many_connections', detail: `a user has at most ${options.connectionsPerUserMax} connections`, retryAfterSeconds: 5 };
  return { userId, identity, language: pickLanguage(request.headers.get('accept-language'), options.language), leave };
}
