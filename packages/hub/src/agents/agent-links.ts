// The sockets of agents that are connected to this hub: who is online, waking them for new tasks, and noticing the dead.
import { closeCodes } from '@relevo/protocol';

/** Silence of this many heartbeats is a dead peer. */
const deadAfterHeartbeats = 2.5;

/** A connected agent. */
export interface AgentLink {
  readonly agentId: string;
  /** Milliseconds since 1970. */
  readonly lastHeardAt: number;
  /** Sends tasks that wait. */
  wake(): void;
  beat(): void;
  close(code: number, reason: string): void;
  /** For a peer that is gone: no close handshake is waited for. */
  terminate(): void;
}

export class AgentLinks {
  readonly #byAgent = new Map<string, AgentLink>();
  readonly #heartbeatMs: number;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Called when an agent comes or goes, after it did. */
  onPresence: (agentId: string, online: boolean) => void = () => {};

  constructor(heartbeatMs: number) {
    this.#heartbeatMs = heartbeatMs;
    this.#timer = setInterval(() => this.#beat(), heartbeatMs);
    this.#timer.unref?.();
  }

  get size(): number {
    return this.#byAgent.size;
  }

  isOnline(agentId: string): boolean {
    return this.#byAgent.has(agentId);
  }

  /** When the agent was last heard, milliseconds since 1970; undefined when it is not connected. */
  lastHeardAt(agentId: string): number | undefined {
    return this.#byAgent.get(agentId)?.lastHeardAt;
  }

  /** Takes a connection whose agent said hello. An older one of the same agent is closed: it is a leftover of a cut. */
  add(connection: AgentLink): void {
    const older = this.#byAgent.get(connection.agentId);
    this.#byAgent.set(connection.agentId, connection);
    older?.close(closeCodes.replaced, 'replaced by a newer connection');
    if (!older) this.onPresence(connection.agentId, true);
  }

  remove(connection: AgentLink): void {
    if (this.#byAgent.get(connection.agentId) !== connection) return;
    this.#byAgent.delete(connection.agentId);
    this.onPresence(connection.agentId, false);
  }

  /** Tells the agent's connection, when there is one, that tasks wait for it. */
  wake(agentId: string): void {
    this.#byAgent.get(agentId)?.wake();
  }

  close(agentId: string, code: number, reason: string): void {
    this.#byAgent.get(agentId)?.close(code, reason);
  }

  drain(): void {
    clearInterval(this.#timer);
    for (const connection of [...this.#byAgent.values()]) connection.close(closeCodes.goingAway, 'hub is going away');
  }

  #beat(): void {
    const deadline = Date.now() - this.#heartbeatMs * deadAfterHeartbeats;
    for (const connection of [...this.#byAgent.values()]) {
      if (connection.lastHeardAt < deadline) connection.terminate();
      else connection.beat();
    }
  }
}
