// All open progress sockets: how many a user may have, which of them fell behind, and what ends them.
import { closeCodes } from '@relevo/protocol';
import type { Published } from '../engine/index.ts';
import type { WatchLimits } from './watch-limits.ts';

/** How often sockets are looked at for what waits in them, milliseconds. */
const lookIntervalMs = 250;
/** Sockets that are looked at at once: with more than that, each is looked at less often, so that looking stays cheap. */
const lookMax = 500;

/** A credential that stopped being good, or every credential of a user when `credential` is absent. */
export interface CredentialEnd {
  userId: number;
  credential?: string | undefined;
}

/** The connection behind an open progress socket. */
export interface RegisteredConnection {
  readonly callerId: number;
  readonly credential: string;
  /** Since when it is behind, milliseconds since 1970. */
  readonly behindSince: number;
  /** True when more than `maxBytes` wait in it. */
  looksSlow(maxBytes: number): boolean;
  fallBehind(): void;
  missed(batch: readonly Published[]): void;
  hasDrained(): boolean;
  drained(): void;
  close(code: number, reason: string): void;
}

export class WatchSockets {
  readonly #limits: WatchLimits;
  readonly #connections = new Set<RegisteredConnection>();
  readonly #lagging = new Set<RegisteredConnection>();
  readonly #countByUser = new Map<number, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #unlooked: Iterator<RegisteredConnection>;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
    this.#unlooked = this.#connections.values();
    this.#timer = setInterval(() => this.#look(), lookIntervalMs);
    this.#timer.unref?.();
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Takes one of the user's places for a socket or an event stream; undefined when all are taken, else what gives it back. */
  takePlace(userId: number): (() => void) | undefined {
    const count = this.#countByUser.get(userId) ?? 0;
    if (count >= this.#limits.connectionsPerUserMax) return undefined;
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

  add(connection: RegisteredConnection): void {
    this.#connections.add(connection);
  }

  remove(connection: RegisteredConnection): void {
    this.#connections.delete(connection);
    this.#lagging.delete(connection);
  }

  caughtUp(connection: RegisteredConnection): void {
    this.#lagging.delete(connection);
  }

  /** Tells the sockets that fell behind what they are missing, so that they get its newest state later. */
  published(batch: readonly Published[]): void {
    for (const connection of this.#lagging) connection.missed(batch);
  }

  /** Closes what a credential that ended had opened. */
  closeOf({ userId, credential }: CredentialEnd, code: number, reason: string): void {
    for (const connection of [...this.#connections]) {
      if (connection.callerId === userId && (credential === undefined || connection.credential === credential)) connection.close(code, reason);
    }
  }

  /** Sends everybody away: the server is going. */
  drain(): void {
    clearInterval(this.#timer);
    for (const connection of [...this.#connections]) connection.close(closeCodes.goingAway, 'going away');
  }

  #look(): void {
    for (let looked = 0; looked < Math.min(lookMax, this.#connections.size); looked += 1) {
      const connection = this.#nextToLookAt();
      if (connection?.looksSlow(this.#limits.bufferMaxBytes)) {
        this.#lagging.add(connection);
        connection.fallBehind();
      }
    }
    const now = Date.now();
    for (const connection of [...this.#lagging]) {
      if (connection.hasDrained()) connection.drained();
      else if (now - connection.behindSince > this.#limits.slowMaxMs) connection.close(closeCodes.tooSlow, 'too slow');
    }
  }

  /** One after the other, and from the first again. */
  #nextToLookAt(): RegisteredConnection | undefined {
    const next = this.#unlooked.next();
    if (!next.done) return next.value;
    this.#unlooked = this.#connections.values();
    return this.#unlooked.next().value;
  }
}
