// Those who listen to the topics of operations inside this process.
import type { Published } from '@relevo/progress/engine';

export type Listener = (published: Published) => void;

/** Listeners by topic: event streams and whoever waits for an operation inside the hub. Sockets use the server's own topics. */
export class Listeners {
  readonly #byTopic = new Map<string, Set<Listener>>();

  /** Calls `listener` for every event of `topic` until the returned function is called. */
  add(topic: string, listener: Listener): () => void {
    const listeners = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byTopic.delete(topic);
    };
  }

  publish(topic: string, published: Published): void {
    const listeners = this.#byTopic.get(topic);
    if (listeners) for (const listener of [...listeners]) listener(published);
  }
}
