// One connection that is kept up: a state machine whose every change goes through `#go`, with the table of what may follow what.
import { backoffDelay, closeCodes, mayReconnect } from '@relevo/protocol';
import { type Store, Value } from './store.ts';

export type ConnectionState =
  /** Nothing is watched. */
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  /** `since`: milliseconds since the epoch. */
  | { readonly state: 'connected'; readonly since: number }
  /** `nextAttemptAt`: milliseconds since the epoch. `code`: the close code that brought us here. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly nextAttemptAt: number; readonly code: number }
  /** Coming back unchanged cannot work: `code` is the close code that says why. */
  | { readonly state: 'ended'; readonly code: number; readonly reason: string };

const transitions: Readonly<Record<ConnectionState['state'], readonly ConnectionState['state'][]>> = {
  idle: ['connecting'],
  connecting: ['connected', 'waiting', 'ended', 'idle', 'connecting'],
  connected: ['waiting', 'ended', 'idle', 'connecting'],
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
  delayMinMs: number;
  delayMaxMs: number;
  connectTimeoutMs: number;
  /** A connection that lasted this long makes the next delay the shortest again. */
  stableAfterMs: number;
  random: (() => number) | undefined;
  /** Asked after a handshake that failed, because browsers hide its status: the close code that stands for the reason, or undefined to try again. */
  whyRefused: () => Promise<number | undefined>;
  onOpen: () => void;
  onMessage: (text: string) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #state = new Value<ConnectionState>({ state: 'idle' });
  readonly state: Store<ConnectionState> = this.#state;
  #socket: SocketLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;

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
    if (this.#state.getSnapshot().state !== 'idle') this.#go({ state: 'idle' });
  }

  /** Connects now, whatever the state: skips a wait, replaces a socket that may be dead, tries again after an end. */
  reconnect(): void {
    if (this.#state.getSnapshot().state === 'idle') return;
    this.#attempt = 0;
    this.#connect();
  }

  /** True when the text went out now. */
  send(text: string): boolean {
    if (this.#state.getSnapshot().state !== 'connected' || !this.#socket) return false;
    this.#socket.send(text);
    return true;
  }

  #connect(): void {
    const { Socket, url, connectTimeoutMs, onOpen, onMessage } = this.#options;
    this.#go({ state: 'connecting', attempt: this.#attempt });
    const socket = new Socket(url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket, 1006, ''), connectTimeoutMs);
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return;
      this.#go({ state: 'connected', since: Date.now() }, socket);
      onOpen();
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket && typeof data === 'string') onMessage(data);
    });
    // `close` always follows `error` and carries the code.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', ({ code = 1006, reason = '' }) => this.#lost(socket, code, reason));
  }

  #lost(socket: SocketLike, code: number, reason: string): void {
    if (socket !== this.#socket) return;
    const state = this.#state.getSnapshot();
    if (!mayReconnect(code)) return this.#go({ state: 'ended', code, reason });
    if (state.state === 'connected') {
      if (Date.now() - state.since >= this.#options.stableAfterMs) this.#attempt = 0;
      return this.#wait(code);
    }
    this.#release();
    void this.#afterRefusal(state, code);
  }

  async #afterRefusal(asked: ConnectionState, code: number): Promise<void> {
    const verdict = await this.#options.whyRefused().catch(() => undefined);
    if (this.#state.getSnapshot() !== asked) return;
    if (verdict !== undefined && !mayReconnect(verdict)) return this.#go({ state: 'ended', code: verdict, reason: '' });
    this.#wait(code);
  }

  #wait(code: number): void {
    const delayMs = backoffDelay(this.#attempt, this.#options);
    this.#go({ state: 'waiting', attempt: this.#attempt, nextAttemptAt: Date.now() + delayMs, code });
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }

  /** The one place where the state changes. What belongs to the old state is let go, except `keep`. */
  #go(next: ConnectionState, keep?: SocketLike): void {
    const from = this.#state.getSnapshot().state;
    if (!transitions[from].includes(next.state)) throw new Error(`a connection cannot go from ${from} to ${next.state}`);
    this.#release(keep);
    this.#state.set(next);
  }

  #release(keep?: SocketLike): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = keep;
    if (socket && socket !== keep) {
      try {
        socket.close();
      } catch {
        // A socket that never opened may refuse to be closed; it is forgotten either way.
      }
    }
  }
}

/** The close code that stands for an HTTP status of the hub, or undefined when it is worth trying again. */
export function closeCodeOfStatus(status: number): number | undefined {
  if (status === 401) return closeCodes.sessionEnded;
  if (status === 403) return closeCodes.notAllowed;
  return undefined;
}
