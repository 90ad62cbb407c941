// What server-sent events say of one operation, whatever carries their bytes: the hub's streams, and those of the binding for Node.
import { isEnded, isStepEvent, type ProgressEvent } from '@relevo/protocol';
import { type OperationKey, operationTopic } from '../engine/index.ts';
import type { TopicListeners } from './topic-listeners.ts';

/** A comment is sent this often, so that proxies and the server itself see the stream alive, milliseconds. */
export const keepAliveMs = 15_000;

export interface EventSink {
  /** Takes a piece of the stream. @returns false when too much waits for its reader already */
  write(text: string): boolean;
  /** Ends the stream. */
  end(): void;
}

export interface EventsSource {
  readonly listeners: Pick<TopicListeners, 'add'>;
  /** What a watcher that has everything up to `after` still has to see of an open operation; undefined when it is not open. */
  catchUp(key: OperationKey, after: number | undefined): ProgressEvent[] | undefined;
  catchUpEnded(key: OperationKey, after: number | undefined): Promise<ProgressEvent[] | undefined>;
}

/**
 * Sends what `sink`'s reader has not seen yet and then what follows, until the operation ends or the reader is too slow: it comes back with
 * Last-Event-ID. Call the answer when the reader is gone; nothing is written after that.
 */
export function sendEvents(source: EventsSource, key: OperationKey, after: number | undefined, sink: EventSink): () => void {
  let isOver = false;
  let unlisten = () => {};
  const keepAlive = setInterval(() => sink.write(': alive\n\n'), keepAliveMs);
  const finish = () => {
    isOver = true;
    clearInterval(keepAlive);
    unlisten();
  };
  const end = () => {
    if (isOver) return;
    finish();
    sink.end();
  };
  const send = (event: ProgressEvent, text = JSON.stringify(event)) => {
    if (isOver) return;
    const hasRoom = sink.write(`id: ${event.seq}\ndata: ${text}\n\n`);
    if (!hasRoom || (!isStepEvent(event) && isEnded(event.state))) end();
  };
  const missed = source.catchUp(key, after);
  if (missed) {
    unlisten = source.listeners.add(operationTopic(key), ({ event, text }) => send(event, text));
    for (const event of missed) send(event);
  } else {
    source
      .catchUpEnded(key, after)
      .then((events) => {
        for (const event of events ?? []) send(event);
      })
      .finally(end)
      .catch(() => {});
  }
  return finish;
}
