// GET /api/operations/{id}/events: the stream of the progress socket as server-sent events, for places where sockets are blocked.

import type { OperationKey, Published } from '@relevo/progress/engine';
import { operationTopic, type WatchSockets } from '@relevo/progress/socket';
import { isEnded, isStepEvent, operationIdSchema, type ProgressEvent } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import { endpoint, noContent } from '../http/endpoint.ts';
import { findOperation } from './operation-resource.ts';
import type { Operations } from './operations.ts';

/** A comment is sent this often, so that proxies and the hub itself see the stream alive, milliseconds. */
const keepAliveMs = 15_000;
/** Events that may wait for a slow reader; beyond, the stream is closed and the reader comes back with Last-Event-ID. */
const waitingEventsMax = 2_000;

export function streamOperation(operations: Operations, sockets: WatchSockets) {
  return endpoint({
    summary: 'The events of one operation as server-sent events',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().positive().optional(), after: z.coerce.number().int().min(0).optional() }),
    responses: { 200: { description: 'text/event-stream; `id` is the seq, `Last-Event-ID` replays what came after it. Ends with the operation' } },
    async handle({ raw, caller, params, query }) {
      const operation = await findOperation(operations, caller, params.id, query.user_id);
      const last = raw.headers.get('last-event-id');
      const after = last !== null && /^[0-9]{1,15}$/.test(last) ? Number(last) : query.after;
      // "Clients will reconnect if the connection is closed; a client can be told to stop reconnecting using the HTTP 204 No Content response code" (HTML, server-sent events).
      if (isEnded(operation.state) && after === operation.seq) return noContent();
      const leave = sockets.takePlace(caller.userId);
      if (!leave) throw new ProblemError('too_many_connections', 'too many open streams', { headers: { 'retry-after': '5' } });
      const body = eventStream(operations, operation, after, leave);
      raw.signal.addEventListener('abort', leave);
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } });
    },
  });
}

function eventStream(operations: Operations, key: OperationKey, after: number | undefined, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = leave;
  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const send = (event: ProgressEvent, text = JSON.stringify(event)) => {
          controller.enqueue(encoder.encode(`id: ${event.seq}\ndata: ${text}\n\n`));
          const over = !isStepEvent(event) && isEnded(event.state);
          if (over || (controller.desiredSize ?? 1) <= 0) finish();
        };
        const keepAlive = setInterval(() => controller.enqueue(encoder.encode(': alive\n\n')), keepAliveMs);
        let finished = false;
        let unsubscribe = () => {};
        end = () => {
          if (finished) return;
          finished = true;
          clearInterval(keepAlive);
          unsubscribe();
          leave();
        };
        const finish = () => {
          if (finished) return;
          end();
          controller.close();
        };
        const missed = operations.catchUpNow(key, after);
        if (missed) {
          unsubscribe = operations.listeners.add(operationTopic(key), ({ event, text }: Published) => send(event, text));
          for (const event of missed) if (!finished) send(event);
          return;
        }
        for (const event of (await operations.catchUpEnded(key, after)) ?? []) if (!finished) send(event);
        finish();
      },
      cancel() {
        end();
      },
    },
    { highWaterMark: waitingEventsMax },
  );
}
