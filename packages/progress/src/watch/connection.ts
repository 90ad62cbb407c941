// One connection that is kept up: a state machine whose every change goes through `#go`, with the table of what may follow what.
import { backoffDelay, closeCodes, mayReconnect } from '@relevo/protocol';
import type { Verdict } from './session-check.ts';
import { type Store, Value } from './store.ts';

export type ConnectionState =
  /** Nothing is watched. */
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  /** `since`: milliseconds since the epoch. `via`: the socket, or server-sent events where no socket comes through. */
  | { readonly state: 'connected'; readonly since: number; readonly via: 'socket' | 'events' }
  /** `nextAttemptAt`: milliseconds since the epoch. `code`: the close code that brought us here. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly nextAttemptAt: number; readonly code: number }
  /** Coming back unchanged cannot work: `code` is the close code that says why. */
  | { readonly state: 'ended'; readonly code: number; readonly reason: string };

type Via = 'socket' | 'events';

const transitions: Readonly<Record<ConnectionState['state'], readonly ConnectionState['state'][]>> = {
  idle: ['connecting'],
  connecting: ['connected', 'waiting', 'ended', 'idle', 'connecting'],
  // To itself when a socket takes the place of events.
  connected: ['connected', 'waiting', 'ended', 'idle', 'connecting'],
  waiting: ['connecting', 'idle'],
  ended: ['connecting', 'idle'],
};

/** What is used of a WebSocket: the browser's, Bun's and Node's have it, and so has the package `ws`. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
  addEventListener(type: string, listener: (event: { data?: unknown; code?: number; reason?: string }) => void): void;
}
export type SocketConstructor = new (url: string) => SocketLike;

export interface ConnectionOptions {
  url: string;
  Socket: SocketConstructor;
  /** Makes what stands in for the socket where none can be opened. */
  openEvents: () => SocketLike;
  delayMinMs: number;
  delayMaxMs: number;
  connectTimeoutMs: number;
  /** A connection that lasted this long makes the next delay the shortest again. */
  stableAfterMs: number;
  /** Handshakes in a row that fail while the hub answers over HTTP, before events take the socket's place. */
  handshakeFailuresMax: number;
  /** How often a socket is tried meanwhile. */
  socketRetryMs: number;
  random: (() => number) | undefined;
  /**
   * Asked after a handshake that failed, because browsers hide its status: the close code that stands for the reason, an `api` when only
   * the socket does not work, or undefined when nobody can tell.
   */
  whyRefused: () => Promise<Verdict | undefined>;
  /** Asked once before an end with 4401: true when the session is good again, false when it is over; rejects when nobody can tell. */
  refresh: (() => Promise<boolean>) | undefined;
  onOpen: () => void;
  onMessage: (text: string) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #state = new Value<ConnectionState>({ state: 'idle' });
  readonly state: Store<ConnectionState> = this.#state;
  #socket: SocketLike | undefined;
  /** A socket that is tried while events stand in for it. */
  #probe: SocketLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #handshakeFailures = 0;
  #isRefreshed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Connects when nothing is watched yet; otherwise does nothing. */
  open(): void {
    if (this.#state.getSnapshot().state === 'idle') this.#connect();
  }

  /** Ends the connection until the next `open`. */
  close(): void {
    this.#attempt = 0;
    this.#isRefreshed = false;
    if (this.#state.getSnapshot().state !== 'idle') this.#go({ state: 'idle' });
  }

  /** Connects now, whatever the state: skips a wait, replaces a socket that may be dead, tries again after an end. */
  reconnect(): void {
    if (this.#state.getSnapshot().state === 'idle') return;
    this.#attempt = 0;
    this.#isRefreshed = false;
    // The network may be another one: a socket gets one more chance.
    this.#handshakeFailures = Math.min(this.#handshakeFailures, this.#options.handshakeFailuresMax - 1);
    this.#connect();
  }

  /** True when the text went out now. */
  send(text: string): boolean {
    if (this.#state.getSnapshot().state !== 'connected' || !this.#socket) return false;
    this.#socket.send(text);
    return true;
  }

  #connect(): void {
    const { Socket, url, connectTimeoutMs, openEvents, handshakeFailuresMax } = this.#options;
    const via: Via = this.#handshakeFailures >= handshakeFailuresMax ? 'events' : 'socket';
    this.#go({ state: 'connecting', attempt: this.#attempt });
    const socket = via === 'socket' ? new Socket(url) : openEvents();
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket, 1006, '', via), connectTimeoutMs);
    socket.addEventListener('open', () => {
      if (socket === this.#socket) this.#opened(socket, via);
    });
    this.#listen(socket, via);
  }

  #listen(socket: SocketLike, via: Via): void {
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket && typeof data === 'string') this.#options.onMessage(data);
    });
    // `close` always follows `error` and carries the code.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', ({ code = 1006, reason = '' }) => this.#lost(socket, code, reason, via));
  }

  #opened(socket: SocketLike, via: Via): void {
    this.#go({ state: 'connected', since: Date.now(), via }, socket);
    if (via === 'socket') this.#handshakeFailures = 0;
    else this.#probeLater();
    this.#options.onOpen();
  }

  #lost(socket: SocketLike, code: number, reason: string, via: Via): void {
    if (socket !== this.#socket) return;
    const state = this.#state.getSnapshot();
    if (state.state === 'connected' && Date.now() - state.since >= this.#options.stableAfterMs) {
      this.#attempt = 0;
      this.#isRefreshed = false;
    }
    if (!mayReconnect(code)) return this.#end(code, reason);
    if (state.state === 'connected' || via === 'events') return this.#wait(code);
    this.#release();
    void this.#afterRefusal(state, code);
  }

  async #afterRefusal(asked: ConnectionState, code: number): Promise<void> {
    const verdict = await this.#options.whyRefused().catch(() => undefined);
    if (this.#state.getSnapshot() !== asked) return;
    if (typeof verdict === 'number' && !mayReconnect(verdict)) return this.#end(verdict, '');
    if (typeof verdict !== 'object') return this.#wait(code);
    this.#handshakeFailures += 1;
    if (this.#handshakeFailures === this.#options.handshakeFailuresMax) this.#connect();
    else this.#wait(code);
  }

  /** A session that ended may be mended once; a connection that then lasts earns the next mending. */
  #end(code: number, reason: string): void {
    const { refresh, connectTimeoutMs } = this.#options;
    if (code !== closeCodes.sessionEnded || !refresh || this.#isRefreshed) return this.#go({ state: 'ended', code, reason });
    this.#isRefreshed = true;
    this.#go({ state: 'connecting', attempt: this.#attempt });
    const asked = this.#state.getSnapshot();
    const settle = (isGood: boolean | undefined) => {
      if (this.#state.getSnapshot() !== asked) return;
      if (isGood) return this.#connect();
      if (isGood === false) return this.#go({ state: 'ended', code, reason });
      this.#isRefreshed = false;
      this.#wait(code);
    };
    this.#timer = setTimeout(() => settle(undefined), connectTimeoutMs);
    refresh().then(settle, () => settle(undefined));
  }

  #wait(code: number): void {
    const delayMs = backoffDelay(this.#attempt, this.#options);
    this.#go({ state: 'waiting', attempt: this.#attempt, nextAttemptAt: Date.now() + delayMs, code });
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }

  /** While events stand in, a socket is tried from time to time; once open, it takes over. */
  #probeLater(): void {
    const { Socket, url, connectTimeoutMs, socketRetryMs, random = Math.random } = this.#options;
    this.#timer = setTimeout(
      () => {
        const probe = new Socket(url);
        this.#probe = probe;
        const failed = () => {
          if (probe !== this.#probe) return;
          this.#dropProbe();
          this.#probeLater();
        };
        this.#timer = setTimeout(failed, connectTimeoutMs);
        probe.addEventListener('error', () => {});
        probe.addEventListener('close', failed);
        probe.addEventListener('open', () => {
          if (probe !== this.#probe) return;
          this.#probe = undefined;
          this.#listen(probe, 'socket');
          this.#opened(probe, 'socket');
        });
      },
      socketRetryMs * (0.75 + random() / 2),
    );
  }

  #dropProbe(): void {
    clearTimeout(this.#timer);
    const probe = this.#probe;
    this.#probe = undefined;
    if (probe) closeQuietly(probe);
  }

  /** The one place where the state changes. What belongs to the old state is let go, except `keep`. */
  #go(next: ConnectionState, keep?: SocketLike): void {
    const from = this.#state.getSnapshot().state;
    if (!transitions[from].includes(next.state)) throw new Error(`a connection cannot go from ${from} to ${next.state}`);
    this.#release(keep);
    this.#state.set(next);
  }

  #release(keep?: SocketLike): void {
    this.#dropProbe();
    const socket = this.#socket;
    this.#socket = keep;
    if (socket && socket !== keep) closeQuietly(socket);
  }
}

function closeQuietly(socket: SocketLike): void {
  try {
    socket.close();
  } catch {
    // A socket that never opened may refuse to be closed; it is forgotten either way.
  }
}
