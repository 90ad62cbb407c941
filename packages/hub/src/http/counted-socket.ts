// The hub's end of one WebSocket as its connection sees it: what is sent is counted.
import type { ServerWebSocket } from 'bun';
import type { Socket } from './socket.ts';

export class CountedSocket implements Socket {
  readonly #socket: ServerWebSocket<unknown>;
  readonly #onSent: () => void;

  constructor(socket: ServerWebSocket<unknown>, onSent: () => void) {
    this.#socket = socket;
    this.#onSent = onSent;
  }

  send(text: string): void {
    this.#onSent();
    this.#socket.send(text);
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#socket.unsubscribe(topic);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  getBufferedAmount(): number {
    return this.#socket.getBufferedAmount();
  }
}
