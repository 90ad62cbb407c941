// The seam between Bun's WebSocket server and the two protocols that run over it: each connection is one object.
import type { WatchSocket } from '@relevo/progress/socket';

export interface Connection {
  opened(socket: Socket): void;
  received(message: string | Buffer): void;
  /** What was waiting to be sent has gone. */
  drained(): void;
  closed(code: number, reason: string): void;
}

/** The hub's end of a WebSocket. */
export type Socket = WatchSocket;

/** What sockets subscribe to. */
export interface Topics {
  /** Sends one encoded text to every socket that subscribed to the topic. @returns to how many */
  publish(topic: string, text: string): number;
  /** True when some socket subscribed to the topic. */
  isHeard(topic: string): boolean;
}
