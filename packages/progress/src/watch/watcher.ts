// `createWatcher`: follows operations of one user over one socket that comes back.
import type { ProgressEvent } from '@relevo/protocol';
import type { ConnectionState, SocketConstructor } from './connection.ts';
import { HubWatcher } from './hub-watcher.ts';
import { whyRefused } from './session-check.ts';
import type { Store } from './store.ts';
import type { WatchedOperation } from './watched-operation.ts';

export interface WatcherOptions {
  /** Address of the hub, as `https://hub.example`. In a browser the page's own origin unless given. */
  base?: string;
  /** Whose operations: the session's own user, or anyone's for an administrator. */
  userId: number;
  /** Where there is no global WebSocket (Node 20): the one of the package `ws`. */
  WebSocket?: SocketConstructor;
  fetch?: typeof fetch;
  /** Bounds of the delay between attempts, milliseconds. */
  delayMinMs?: number;
  delayMaxMs?: number;
  connectTimeoutMs?: number;
  stableAfterMs?: number;
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

/** A store of the newest state, and, for `for await`, every event in order. Nothing is asked of the hub before somebody listens. */
export interface Watch<T> extends Store<T>, AsyncIterable<ProgressEvent> {}

export interface Watcher {
  readonly connection: Store<ConnectionState>;
  /** Follows one operation; its iteration ends with the operation. */
  watchOperation(operationId: string): Watch<WatchedOperation>;
  /** Follows every operation of the user, newest first. */
  watchAll(): Watch<readonly WatchedOperation[]>;
  /** Asks the hub to stop an operation: `sent` now, `queued` until the connection is back, or `refused` because too much is queued. */
  stop(operationId: string): 'sent' | 'queued' | 'refused';
  /** Connects now, skipping a wait; after an end, tries again. */
  reconnect(): void;
  /** Ends everything: iterations too. The watcher is of no use afterwards. */
  close(): void;
}

const defaults = {
  delayMinMs: 500,
  delayMaxMs: 30_000,
  connectTimeoutMs: 10_000,
  stableAfterMs: 5000,
  notifyIntervalMs: 16,
  lingerMs: 1000,
  eventsMax: 1000,
  operationsMax: 1000,
  commandsMax: 100,
};

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
  return new HubWatcher({
    ...settings,
    connection: {
      ...settings,
      url: url.href,
      Socket,
      random: options.random,
      whyRefused: () => whyRefused(base, options.userId, options.fetch ?? fetch),
    },
  });
}

/** Options that were passed as undefined count as not passed. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
