// GET /api/operations/{id}/events: the stream of the progress socket as server-sent events, for places where sockets are blocked.

import type { WatchSockets } from '@relevo/progress/socket';
import { isEnded, operationIdSchema } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { Auth } from '../auth/auth.ts';
import { endpoint, noContent } from '../http/endpoint.ts';
import type { EventStreams } from './event-streams.ts';
import { findOperation } from './operation-resource.ts';
import type { Operations } from './operations.ts';
import { sourceIn } from './read-in-language.ts';

export function streamOperation(operations: Operations, sockets: WatchSockets, streams: EventStreams, auth: Pick<Auth, 'identify'>) {
  return endpoint({
    summary: 'The events of one operation as server-sent events',
    params: z.object({ id: operationIdSchema }),
    query: z.object({ user_id: z.coerce.number().int().nonnegative().optional(), after: z.coerce.number().int().min(0).optional() }),
    headers: { 'Last-Event-ID': 'The `seq` after which to go on' },
    responses: {
      200: { description: '`id` is the seq, `Last-Event-ID` replays what came after it. Ends with the operation', mediaType: 'text/event-stream' },
      204: { description: 'The operation ended and everything was seen: do not come back' },
    },
    async handle({ raw, caller, params, query, language }) {
      const operation = await findOperation(operations, caller, params.id, query.user_id);
      const last = raw.headers.get('last-event-id');
      const after = last !== null && /^[0-9]{1,15}$/.test(last) ? Number(last) : query.after;
      // "Clients will reconnect if the connection is closed; a client can be told to stop reconnecting using the HTTP 204 No Content response code" (HTML, server-sent events).
      if (isEnded(operation.state) && after === operation.seq) return noContent();
      const identity = await auth.identify(raw);
      if (!identity) throw new ProblemError('unauthenticated');
      streams.admit();
      const leave = sockets.takePlace(caller.userId);
      if (!leave) throw new ProblemError('too_many_connections', 'too many open streams', { headers: { 'retry-after': '5' } });
      const source = sourceIn(language, operation.userId, operations);
      const body = streams.open(source, operation, after, { userId: caller.userId, credential: identity.credential, leave }, raw.signal);
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } });
    },
  });
}
