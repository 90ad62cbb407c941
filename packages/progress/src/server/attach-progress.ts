// Puts `/ws/progress` on any Node HTTP server, Express's included: the hub's own socket, without a hub.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes, type Language } from '@relevo/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { userTopic } from '../engine/index.ts';
import type { ProgressManager } from '../report/progress-manager.ts';
import { type Admitted, admitWatcher, type WatcherIdentity } from './admit-watcher.ts';
import { EventRequests } from './event-requests.ts';
import { NodeSocket, Topics } from './node-socket.ts';
import { answerAndClose, refuseUpgrade } from './refuse-upgrade.ts';
import { TopicListeners } from './topic-listeners.ts';
import { WatchConnection } from './watch-connection.ts';
import { type WatchLimits, watchDefaults } from './watch-limits.ts';
import { WatchSockets } from './watch-sockets.ts';

/** Who sends a request, as the application knows them. */
export interface Watching {
  userId: number;
  /** May watch anybody's operations. */
  isAdmin?: boolean;
  /** Names the session, so that `closeSession` can end what it opened. Not a secret. */
  session?: string;
}

export interface AttachOptions extends Partial<WatchLimits> {
  manager: ProgressManager;
  /** Who sends this request, by cookie, header or whatever the application goes by; undefined refuses with 401. The `userId` of the address proves nothing. */
  authenticate: (request: IncomingMessage) => Watching | undefined | Promise<Watching | undefined>;
  path?: string;
  /** Origins of pages that may connect beside the server's own, as `https://app.example`: needed when a proxy before it speaks TLS. */
  origins?: readonly string[];
  /** Of refusals and of `Stopped`, for browsers that ask for neither English nor Spanish. */
  language?: Language;
  /** How often sockets are pinged; one that has not answered by the next is closed, milliseconds. */
  pingIntervalMs?: number;
  /** How long `close` waits for the watchers to answer, milliseconds. */
  closeTimeoutMs?: number;
  /** Told of what nobody foresaw, as a failure of `authenticate`. */
  onError?: (error: unknown) => void;
}

export interface AttachedProgress {
  /** Sockets and event streams that are open. */
  readonly activeConnections: number;
  /** Closes with 4401 what a session opened, or all of a user's sockets: call it at sign-out. */
  closeSession(userId: number, session?: string): void;
  /** Sends every watcher away with 1001, takes no new ones; resolves when all are gone. */
  close(): Promise<void>;
}

const attachDefaults = { path: '/ws/progress', pingIntervalMs: 15_000, closeTimeoutMs: 2_000 };
/** Frames beyond this are closed with 1009 by the WebSocket library itself; smaller ones that are too large, with 4400. */
const frameMaxBytes = 1024 ** 2;
/** A socket over this many times its buffer is closed rather than have its events dropped without a word. */
const overflowFactor = 16;

/**
 * Serves the progress socket of `manager` on `server`, and below its path the requests by which a watcher follows operations where no WebSocket comes
 * through. All other requests are left to whoever listened for them before.
 *
 *     const progress = attachProgress(server, { manager, authenticate: (request) => sessionOf(request) });
 */
export function attachProgress(server: Server, options: AttachOptions): AttachedProgress {
  const { manager, authenticate, path, pingIntervalMs, closeTimeoutMs, onError = () => {} } = { ...attachDefaults, ...definedOf(options) };
  const limits: WatchLimits = { ...watchDefaults, ...definedOf(options) };
  const source = manager.watchSource();
  const sockets = new WatchSockets(limits);
  const topics = new Topics();
  const listeners = new TopicListeners();
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: Math.max(frameMaxBytes, limits.messageMaxBytes),
    perMessageDeflate: false,
    clientTracking: false,
  });
  const open = new Set<WebSocket>();
  const unanswered = new WeakSet<WebSocket>();
  let closing: Promise<void> | undefined;

  const unsubscribe = source.subscribe((batch) => {
    for (const published of batch) {
      topics.publish(published.topic, published.text);
      topics.publish(userTopic(published.userId), published.text);
      listeners.publish(published);
    }
    sockets.published(batch);
  });

  const identify = async (request: IncomingMessage) => identityOf(await authenticate(request));
  const requests = new EventRequests({
    path,
    source: { listeners, catchUp: source.engine.catchUp, catchUpEnded: source.catchUpEnded, stop: source.stop, list: source.list },
    sockets,
    limits,
    identify,
    originOf: (request) => {
      const { headers, url } = asRequest(request);
      const origin = headers.get('origin');
      if (origin === null || origin === new URL(url).origin) return 'own';
      return options.origins?.includes(origin) ? 'other' : 'refused';
    },
    onError,
  });

  const pings = setInterval(() => {
    for (const socket of open) {
      if (unanswered.has(socket)) {
        socket.terminate();
        continue;
      }
      unanswered.add(socket);
      socket.ping();
    }
  }, pingIntervalMs);
  pings.unref?.();

  function begin(socket: WebSocket, { userId, identity, language, leave }: Admitted): void {
    const connection = new WatchConnection({ userId, callerId: identity.userId, credential: identity.credential, language, source, sockets, limits, leave });
    const end = new NodeSocket(socket, topics, limits.bufferMaxBytes * overflowFactor, () => connection.close(closeCodes.tooSlow, 'too slow'));
    open.add(socket);
    socket.on('pong', () => unanswered.delete(socket));
    socket.on('message', (data: Buffer, isBinary: boolean) => connection.received(isBinary ? data : data.toString()));
    // `close` follows, with the code that the library chose.
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      end.unsubscribeAll();
      connection.closed();
    });
    connection.opened(end);
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admitted = await admitWatcher(asRequest(request), {
      originAllowed: ({ headers, url }) => isOwnOrAbsent(headers.get('origin'), new URL(url).origin, options.origins),
      identify: () => identify(request),
      sockets,
      connectionsPerUserMax: limits.connectionsPerUserMax,
      language: options.language ?? 'en',
    });
    if ('code' in admitted) return refuseUpgrade(socket, admitted);
    if (closing || socket.destroyed) {
      admitted.leave();
      return refuseUpgrade(socket, { code: 'draining', retryAfterSeconds: 2 });
    }
    // The library answers a handshake that is none by itself, and ends the connection: the place is given back either way.
    const onGone = () => admitted.leave();
    socket.once('close', onGone);
    wss.handleUpgrade(request, socket, head, (ws) => {
      socket.off('close', onGone);
      begin(ws, admitted);
    });
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (pathOf(request) !== path) {
      if (server.listenerCount('upgrade') === 1) answerAndClose(socket, 404, { 'content-type': 'text/plain' }, 'There is no WebSocket here.\n');
      return;
    }
    if (closing) return refuseUpgrade(socket, { code: 'draining', retryAfterSeconds: 2 });
    socket.on('error', () => {});
    upgrade(request, socket, head).catch((error: unknown) => {
      onError(error);
      refuseUpgrade(socket, { code: 'internal' });
    });
  }

  async function closeAll(): Promise<void> {
    clearInterval(pings);
    sockets.drain();
    requests.drain();
    const patience = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, closeTimeoutMs);
    await Promise.all([...open].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))));
    clearTimeout(patience);
    unsubscribe();
    server.off('upgrade', onUpgrade);
  }

  // A request that was answered here must not reach the application, which would answer it again.
  const others = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!requests.handle(request, response)) for (const other of others) other.call(server, request, response);
  });
  server.on('upgrade', onUpgrade);
  return {
    get activeConnections() {
      return open.size + requests.size;
    },
    closeSession(userId, session) {
      sockets.closeOf({ userId, credential: session }, closeCodes.sessionEnded, 'session ended');
      requests.closeOf(userId, session);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

function identityOf(watching: Watching | undefined): WatcherIdentity | undefined {
  return watching && { userId: watching.userId, isAdmin: watching.isAdmin === true, credential: watching.session ?? '' };
}

/** The request as the web knows it: its address, with the scheme and host it was addressed to, and its headers. */
function asRequest(request: IncomingMessage): Request {
  const isEncrypted = 'encrypted' in request.socket && request.socket.encrypted === true;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, Array.isArray(value) ? value.join(', ') : (value ?? ''));
  const base = `${isEncrypted ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
  return new Request(URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base) : 'http://localhost/', { headers });
}

function pathOf(request: IncomingMessage): string | undefined {
  return /^[^?#]*/.exec(request.url ?? '')?.[0];
}

function isOwnOrAbsent(origin: string | null, own: string, others: readonly string[] = []): boolean {
  return origin === null || origin === own || others.includes(origin);
}

/** Options that were passed as undefined count as not passed. */
function definedOf<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
