// The open streams of server-sent events: what is said of one operation, whoever watches it that way, until it or their session ends.

import type { OperationKey } from '@relevo/progress/engine';
import { type EventsSource, sendEvents } from '@relevo/progress/socket';
import { ProblemError } from '@relevo/runtime';
import type { SessionEnd } from '../auth/session-ends.ts';

/** Events that may wait for a slow reader; beyond, the stream is closed and the reader comes back with Last-Event-ID. */
const waitingEventsMax = 2_000;

/** Who opened a stream, and by what: it ends with that. */
export interface StreamReader {
  userId: number;
  credential: string;
  /** Gives back the user's place. */
  leave: () => void;
}

interface OpenStream extends StreamReader {
  close(): void;
}

export class EventStreams {
  readonly #open = new Set<OpenStream>();
  #draining = false;
  /** Told of every event that a stream is sent. */
  onSent: () => void = () => {};

  get size(): number {
    return this.#open.size;
  }

  /** The events of one operation after `after`, until it ends. `gone`: aborted when the reader went away. */
  open(operations: EventsSource, key: OperationKey, after: number | undefined, reader: StreamReader, gone: AbortSignal): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let finish = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          let stopSending = () => {};
          const close = () => {
            finish();
            controller.close();
          };
          const letGo = this.hold({ ...reader, close });
          finish = () => {
            stopSending();
            letGo();
            gone.removeEventListener('abort', finish);
            reader.leave();
          };
          gone.addEventListener('abort', finish);
          stopSending = sendEvents(operations, key, after, {
            write: (text) => {
              controller.enqueue(encoder.encode(text));
              if (text.startsWith('id:')) this.onSent();
              return (controller.desiredSize ?? 1) > 0;
            },
            end: close,
          });
        },
        cancel: () => finish(),
      },
      { highWaterMark: waitingEventsMax },
    );
  }

  /** Holds another stream that ends with its session, or with the hub; returns what lets it go. */
  hold(stream: OpenStream): () => void {
    this.#open.add(stream);
    return () => this.#open.delete(stream);
  }

  /** Ends what a session, key or account that ended had opened; a reader that may still see comes back with Last-Event-ID. */
  closeOf({ userId, credential }: SessionEnd): void {
    for (const stream of [...this.#open]) {
      if (stream.userId === userId && (credential === undefined || stream.credential === credential)) stream.close();
    }
  }

  /** Refuses a stream while the hub goes away: one that came back at once would hold up the end. @throws ProblemError draining */
  admit(): void {
    if (this.#draining) throw new ProblemError('draining', 'the hub is going away', { headers: { 'retry-after': '2' } });
  }

  /** Ends every stream: the hub is going. */
  drain(): void {
    this.#draining = true;
    for (const stream of [...this.#open]) stream.close();
  }
}
