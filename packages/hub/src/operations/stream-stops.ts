// GET /api/reports/stops: tells a server outside the hub, while it listens, which of the operations it reports on shall stop.
import type { Operation } from '@relevo/progress/engine';
import { keepAliveMs, type WatchSockets } from '@relevo/progress/socket';
import { isEnded } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { Auth } from '../auth/auth.ts';
import { type Caller, endpoint } from '../http/endpoint.ts';
import type { EventStreams, StreamReader } from './event-streams.ts';
import type { Operations } from './operations.ts';

export function streamStops(operations: Operations, sockets: WatchSockets, streams: EventStreams, auth: Pick<Auth, 'identify'>) {
  return endpoint({
    summary: 'Operations reported by a server outside the hub that shall stop, as server-sent events',
    responses: { 200: { description: 'Events `{operation_id, user_id}`; begins with those that are asked to stop already', mediaType: 'text/event-stream' } },
    async handle({ raw, caller }) {
      const identity = await auth.identify(raw);
      if (!identity) throw new ProblemError('unauthenticated');
      streams.admit();
      const leave = sockets.takePlace(caller.userId);
      if (!leave) throw new ProblemError('too_many_connections', 'too many open streams', { headers: { 'retry-after': '5' } });
      const body = stopStream(operations, caller, streams, { userId: caller.userId, credential: identity.credential, leave }, raw.signal);
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } });
    },
  });
}

function stopStream(
  { engine, stopRequests }: Operations,
  caller: Caller,
  streams: EventStreams,
  reader: StreamReader,
  gone: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let finish = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const mayReport = (operation: Operation) => operation.carrier === 'reporter' && (operation.userId === caller.userId || caller.role === 'admin');
      const tell = ({ id, userId }: Operation) => controller.enqueue(encoder.encode(`data: ${JSON.stringify({ operation_id: id, user_id: userId })}\n\n`));
      const keepAlive = setInterval(() => controller.enqueue(encoder.encode(': alive\n\n')), keepAliveMs);
      const unlisten = stopRequests.listen({ mayReport, tell });
      const letGo = streams.hold({
        ...reader,
        close() {
          finish();
          controller.close();
        },
      });
      finish = () => {
        clearInterval(keepAlive);
        unlisten();
        letGo();
        gone.removeEventListener('abort', finish);
        reader.leave();
      };
      gone.addEventListener('abort', finish);
      controller.enqueue(encoder.encode(': listening\n\n'));
      for (const operation of engine.open()) if (operation.stopping && !isEnded(operation.state) && mayReport(operation)) tell(operation);
    },
    cancel: () => finish(),
  });
}
