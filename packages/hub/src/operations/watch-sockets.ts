// All open progress sockets: how many a user may have, which of them fell behind, and what ends them.
import type { Published } from '@relevo/progress/engine';
import { closeCodes } from '@relevo/protocol';
import type { SessionEnd } from '../auth/auth.ts';
import type { HubSettings } from '../settings.ts';
import type { WatchConnection } from './watch-connection.ts';

/** How often sockets are looked at for what waits in them, milliseconds. */
const lookIntervalMs = 250;

export class WatchSockets {
  readonly #settings: HubSettings;
  readonly #connections = new Set<WatchConnection>();
  readonly #lagging = new Set<WatchConnection>();
  readonly #countByUser = new Map<number, number>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(settings: HubSettings) {
    this.#settings = settings;
    this.#timer = setInterval(() => this.#look(), lookIntervalMs);
    this.#timer.unref?.();
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Takes one of the user's places for a socket or an event stream; undefined when all are taken, else what gives it back. */
  takePlace(userId: number): (() => void) | undefined {
    const count = this.#countByUser.get(userId) ?? 0;
    if (count >= this.#settings.CONNECTIONS_PER_USER_MAX) return undefined;
    this.#countByUser.set(userId, count + 1);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      const left = (this.#countByUser.get(userId) ?? 1) - 1;
      if (left === 0) this.#countByUser.delete(userId);
      else this.#countByUser.set(userId, left);
    };
  }

  add(connection: WatchConnection): void {
    this.#connections.add(connection);
  }

  remove(connection: WatchConnection): void {
    this.#connections.delete(connection);
    this.#lagging.delete(connection);
  }

  caughtUp(connection: WatchConnection): void {
    this.#lagging.delete(connection);
  }

  /** Tells the sockets that fell behind what they are missing, so that they get its newest state later. */
  published(batch: readonly Published[]): void {
    for (const connection of this.#lagging) connection.missed(batch);
  }

  /** Closes what a session, key or account that ended had opened. */
  sessionEnded({ userId, credential, reason }: SessionEnd): void {
    for (const connection of [...this.#connections]) {
      if (connection.callerId !== userId || (credential !== undefined && connection.credential !== credential)) continue;
      connection.close(reason === 'disabled' ? closeCodes.notAllowed : closeCodes.sessionEnded, reason);
    }
  }

  /** Sends everybody away: the hub is going. */
  drain(): void {
    clearInterval(this.#timer);
    for (const connection of [...this.#connections]) connection.close(closeCodes.goingAway, 'hub is going away');
  }

  #look(): void {
    for (const connection of this.#connections) {
      if (connection.looksSlow(this.#settings.PROGRESS_BUFFER_MAX_BYTES)) {
        this.#lagging.add(connection);
        connection.fallBehind();
      }
    }
    const now = Date.now();
    for (const connection of [...this.#lagging]) {
      if (now - connection.behindSince > this.#settings.PROGRESS_SLOW_MAX_MS) connection.close(closeCodes.tooSlow, 'too slow');
    }
  }
}
