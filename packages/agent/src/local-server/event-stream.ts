// Server-sent events of the local page: what is now, then every change; a reader that is too slow is let go and comes back.

export type LocalEventName = 'connection' | 'transfers' | 'files';

export interface EventStreams {
  /** Opens a stream that begins with `first`. Undefined when too many are open. */
  open(first: readonly [LocalEventName, unknown][]): Response | undefined;
  send(name: LocalEventName, data: unknown): void;
  readonly count: number;
  close(): void;
}

export const eventStreamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
/** What may wait for one reader, bytes. */
const bufferMaxBytes = 4 * 1024 * 1024;
/** A line of comment keeps proxies and dead-peer checks content, milliseconds. */
const keepAliveMs = 15_000;

export function createEventStreams(streamsMax: number): EventStreams {
  const readers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();
  const keepAlive = setInterval(() => sendAll(encoder.encode(': keep-alive\n\n')), keepAliveMs);

  function push(reader: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
    try {
      if ((reader.desiredSize ?? 0) < -bufferMaxBytes) {
        readers.delete(reader);
        reader.close();
      } else {
        reader.enqueue(bytes);
      }
    } catch {
      // The reader went away between its last message and this one.
      readers.delete(reader);
    }
  }

  function sendAll(bytes: Uint8Array): void {
    for (const reader of readers) push(reader, bytes);
  }

  function format(name: LocalEventName, data: unknown): Uint8Array {
    return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  return {
    get count() {
      return readers.size;
    },
    open(first) {
      if (readers.size >= streamsMax) return undefined;
      let own: ReadableStreamDefaultController<Uint8Array>;
      const stream = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            own = controller;
            readers.add(controller);
            controller.enqueue(encoder.encode('retry: 2000\n\n'));
            for (const [name, data] of first) controller.enqueue(format(name, data));
          },
          cancel() {
            readers.delete(own);
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
      );
      return new Response(stream, { headers: eventStreamHeaders });
    },
    send(name, data) {
      if (readers.size > 0) sendAll(format(name, data));
    },
    close() {
      clearInterval(keepAlive);
      for (const reader of readers) {
        try {
          reader.close();
        } catch {
          // Closed by its reader already.
        }
      }
      readers.clear();
    },
  };
}
