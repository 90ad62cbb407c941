// `createWatcher`: follows operations of one user over one socket that comes back, or over server-sent events where no socket comes through.
import type { SocketConstructor } from './connection.ts';
import { EventsSocket } from './events-socket.ts';
import { HubWatcher } from './hub-watcher.ts';
import { whyRefused } from './session-check.ts';
import { keepSession } from './session-keeper.ts';
import type { Watcher } from './watch.ts';

export interface WatcherOptions {
  /** Address of the hub, as `https://hub.example`. In a browser the page's own origin unless given. */
  base?: string;
  /** Whose operations: the session's own user, or anyone's for an administrator. */
  userId: number;
  /** Where there is no global WebSocket (Node 20): the one of the package `ws`. */
  WebSocket?: SocketConstructor;
  fetch?: typeof fetch;
  /**
   * Lengthens the session: asked every `refreshIntervalMs` while connected, and once before giving up with 4401. Resolves to false when the
   * session is over; rejects when nobody can tell, which is tried again later.
   */
  refresh?: () => Promise<boolean>;
  refreshIntervalMs?: number;
  /** Bounds of the delay between attempts, milliseconds. */
  delayMinMs?: number;
  delayMaxMs?: number;
  connectTimeoutMs?: number;
  stableAfterMs?: number;
  /** Handshakes in a row that fail while the hub answers over HTTP, before server-sent events take the socket's place. */
  handshakeFailuresMax?: number;
  /** How often a socket is tried meanwhile, milliseconds. */
  socketRetryMs?: number;
  /** Event streams open at once. A browser has six connections to a hub without HTTP/2, for all of its tabs and requests. */
  streamsMax?: number;
  /** Where more operations are followed than streams may be open, each has a turn of at least this long, milliseconds. */
  turnMs?: number;
  /** How often `watchAll` lists the operations while there is no socket, milliseconds. */
  listIntervalMs?: number;
  /** Listeners hear of changes at most this often. */
  notifyIntervalMs?: number;
  /** How long an operation is still watched after its last listener left, milliseconds. */
  lingerMs?: number;
  /** Events that may wait for one `for await`. */
  eventsMax?: number;
  /** Operations remembered by `watchAll`; ended ones go first. */
  operationsMax?: number;
  /** Commands that may wait for a connection. */
  commandsMax?: number;
  /** Source of randomness in [0, 1) for the delays. */
  random?: () => number;
}

const defaults = {
  delayMinMs: 500,
  delayMaxMs: 30_000,
  connectTimeoutMs: 10_000,
  stableAfterMs: 5000,
  refreshIntervalMs: 600_000,
  handshakeFailuresMax: 3,
  socketRetryMs: 60_000,
  streamsMax: 2,
  turnMs: 1000,
  listIntervalMs: 3000,
  notifyIntervalMs: 16,
  lingerMs: 1000,
  eventsMax: 1000,
  operationsMax: 1000,
  commandsMax: 100,
};

/** Wait before an event stream that ended is asked for again, milliseconds. */
const againMs = 200;
/** Hubs send a comment every 15 s: a stream in which nothing came for so long is dead, milliseconds. */
const silenceMaxMs = 40_000;

/** Makes a watcher; it connects when somebody begins to listen. @throws TypeError when there is no address or no WebSocket */
export function createWatcher(options: WatcherOptions): Watcher {
  const settings = { ...defaults, ...withoutUndefined(options) };
  const base = options.base ?? globalThis.location?.origin;
  if (!base) throw new TypeError('createWatcher needs `base`, the address of the hub');
  const Socket = options.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  if (!Socket) throw new TypeError('createWatcher needs `WebSocket` where there is no global one');
  const url = new URL('/ws/progress', base);
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('userId', String(options.userId));
  const { userId } = options;
  // Bound to what is global: a browser's `fetch` refuses to be called on anything else.
  const fetchIt = options.fetch ?? fetch.bind(globalThis);
  const watcher = new HubWatcher({
    ...settings,
    connection: {
      ...settings,
      url: url.href,
      Socket,
      openEvents: () => new EventsSocket({ ...settings, base, userId, fetch: fetchIt, againMs, silenceMaxMs }),
      random: options.random,
      refresh: options.refresh,
      whyRefused: () => whyRefused(base, userId, fetchIt),
    },
  });
  if (options.refresh) keepSession(watcher.connection, options.refresh, settings.refreshIntervalMs);
  return watcher;
}

/** Options that were passed as undefined count as not passed. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
