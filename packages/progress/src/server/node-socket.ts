// The server's end of a WebSocket of the package `ws`, with topics, as the progress socket wants it.
import type { WebSocket } from 'ws';
import type { WatchSocket } from './watch-connection.ts';

/** Which sockets hear which topic. */
export class Topics {
  readonly #byTopic = new Map<string, Set<NodeSocket>>();

  subscribe(topic: string, socket: NodeSocket): void {
    const sockets = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, sockets.add(socket));
  }

  unsubscribe(topic: string, socket: NodeSocket): void {
    const sockets = this.#byTopic.get(topic);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#byTopic.delete(topic);
  }

  publish(topic: string, text: string): void {
    const sockets = this.#byTopic.get(topic);
    if (!sockets) return;
    // Encoded once, however many watch.
    const bytes = Buffer.from(text);
    for (const socket of [...sockets]) socket.sendEncoded(bytes);
  }
}

export class NodeSocket implements WatchSocket {
  readonly #socket: WebSocket;
  readonly #topics: Topics;
  readonly #overflowBytes: number;
  readonly #onOverflow: () => void;
  readonly #subscribed = new Set<string>();

  /** `onOverflow` is called instead of letting more than `overflowBytes` wait. */
  constructor(socket: WebSocket, topics: Topics, overflowBytes: number, onOverflow: () => void) {
    this.#socket = socket;
    this.#topics = topics;
    this.#overflowBytes = overflowBytes;
    this.#onOverflow = onOverflow;
  }

  send(text: string): void {
    this.sendEncoded(Buffer.from(text));
  }

  sendEncoded(bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#overflowBytes) return this.#onOverflow();
    this.#socket.send(bytes, { binary: false });
  }

  subscribe(topic: string): void {
    this.#subscribed.add(topic);
    this.#topics.subscribe(topic, this);
  }

  unsubscribe(topic: string): void {
    this.#subscribed.delete(topic);
    this.#topics.unsubscribe(topic, this);
  }

  unsubscribeAll(): void {
    for (const topic of [...this.#subscribed]) this.unsubscribe(topic);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  getBufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }
}
