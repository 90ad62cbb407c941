// Those who listen to the topics of operations inside a process.
import type { Published } from '../engine/index.ts';

export type TopicListener = (published: Published) => void;

/** Listeners by topic: event streams, and whoever waits for an operation. */
export class TopicListeners {
  readonly #byTopic = new Map<string, Set<TopicListener>>();

  /** Calls `listener` for every event of `topic` until the returned function is called. */
  add(topic: string, listener: TopicListener): () => void {
    const listeners = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byTopic.delete(topic);
    };
  }

  publish(published: Published): void {
    const listeners = this.#byTopic.get(published.topic);
    if (listeners) for (const listener of [...listeners]) listener(published);
  }
}
