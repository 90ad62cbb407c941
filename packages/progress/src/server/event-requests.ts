// The requests by which a watcher follows operations where no WebSocket comes through: as a hub has them under `/api`, here under the socket's own path.
//
//   GET  …/operations?user_id                       the user's operations, newest first
//   GET  …/operations/{id}/events?user_id&after     the events of one, as server-sent events
//   POST …/operations/{id}/stop?user_id             asks it to stop
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, errorCodes, isEnded, type OperationSummary, operationIdSchema, operationStates, parseUserId } from '@relevo/protocol';
import type { WatcherIdentity } from './admit-watcher.ts';
import { type EventsSource, sendEvents } from './send-events.ts';
import type { WatchSource } from './watch-connection.ts';
import type { WatchLimits } from './watch-limits.ts';
import type { WatchSockets } from './watch-sockets.ts';

export interface EventRequestsOptions {
  /** Of the socket, as `/ws/progress`. */
  path: string;
  source: Pick<WatchSource, 'stop'> & EventsSource & { list(userId: number): OperationSummary[] };
  sockets: WatchSockets;
  limits: WatchLimits;
  identify: (request: IncomingMessage) => Promise<WatcherIdentity | undefined>;
  /** `own`: of the server itself; `other`: of pages that may ask too. */
  originOf: (request: IncomingMessage) => 'own' | 'other' | 'refused';
  onError: (error: unknown) => void;
}

interface OpenStream {
  userId: number;
  credential: string;
  end(): void;
}

class Refusal extends Error {
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;
  constructor(code: ErrorCode, message: string = errorCodes[code].title, headers: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

export class EventRequests {
  readonly #options: EventRequestsOptions;
  readonly #open = new Set<OpenStream>();
  #isDraining = false;

  constructor(options: EventRequestsOptions) {
    this.#options = options;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Answers a request that is one of these; false leaves it to the application. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url?.startsWith('/') ? request.url : '/', 'http://localhost');
    const [id, action, ...more] = segmentsAfter(url.pathname, `${this.#options.path}/operations`) ?? ['', '', ''];
    const isList = request.method === 'GET' && id === undefined;
    const isEvents = request.method === 'GET' && action === 'events';
    const isStop = request.method === 'POST' && action === 'stop';
    if (more.length > 0 || !(isList || isEvents || isStop)) return false;
    this.#answer(request, response, url.searchParams, id, isStop).catch((error: unknown) => {
      if (!(error instanceof Refusal)) this.#options.onError(error);
      const { code, message, headers } = error instanceof Refusal ? error : new Refusal('internal');
      const { status, title } = errorCodes[code];
      answerJson(
        response,
        status,
        { type: `urn:relevo:error:${code}`, title, status, code, detail: message },
        { ...headers, 'content-type': 'application/problem+json' },
      );
    });
    return true;
  }

  /** Ends what a session had opened, or all of a user's streams. */
  closeOf(userId: number, credential: string | undefined): void {
    for (const stream of [...this.#open]) if (stream.userId === userId && (credential === undefined || stream.credential === credential)) stream.end();
  }

  /** Ends every stream and takes no new ones. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of [...this.#open]) stream.end();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, query: URLSearchParams, id: string | undefined, isStop: boolean): Promise<void> {
    const { source, originOf, identify } = this.#options;
    const origin = originOf(request);
    if (origin === 'refused') throw new Refusal('origin_refused');
    if (origin === 'other') {
      response.setHeader('access-control-allow-origin', request.headers.origin ?? '');
      response.setHeader('access-control-allow-credentials', 'true');
      response.setHeader('vary', 'Origin');
    }
    if (this.#isDraining) throw new Refusal('draining', undefined, { 'retry-after': '2' });
    const identity = await identify(request);
    if (!identity) throw new Refusal('unauthenticated');
    const userId = query.has('user_id') ? parseUserId(query.get('user_id')) : identity.userId;
    if (userId === undefined) throw new Refusal('invalid_request', 'user_id must be a positive integer');
    if (id === undefined) {
      if (userId !== identity.userId && !identity.isAdmin) throw new Refusal('forbidden', 'user_id is not the one of this session');
      return this.#list(response, userId, query);
    }
    const key = { userId, id };
    const isTheirs = (userId === identity.userId || identity.isAdmin) && operationIdSchema.safeParse(id).success;
    const known = isTheirs ? source.list(userId).find(({ operation_id }) => operation_id === id) : undefined;
    if (!known) throw new Refusal('not_found', `there is no operation ${id}`);
    if (!isStop) return this.#stream(request, response, key, known, identity, query);
    await source.stop(key);
    answerJson(response, 202, { operation_id: id });
  }

  #list(response: ServerResponse, userId: number, query: URLSearchParams): void {
    const state = operationStates.find((known) => known === query.get('state'));
    const operations = this.#options.source.list(userId).filter((operation) => state === undefined || operation.state === state);
    const limit = Number(query.get('limit') ?? Number.NaN);
    answerJson(response, 200, { operations: operations.slice(0, limit > 0 ? limit : undefined), next_cursor: null });
  }

  #stream(
    request: IncomingMessage,
    response: ServerResponse,
    key: { userId: number; id: string },
    { state, seq }: OperationSummary,
    { userId, credential }: WatcherIdentity,
    query: URLSearchParams,
  ): void {
    const { source, sockets, limits } = this.#options;
    const asked = request.headers['last-event-id'] ?? query.get('after');
    const after = typeof asked === 'string' && /^[0-9]{1,15}$/.test(asked) ? Number(asked) : undefined;
    // "a client can be told to stop reconnecting using the HTTP 204 No Content response code" (HTML, server-sent events).
    if (isEnded(state) && after === seq) return void response.writeHead(204).end();
    const leave = sockets.takePlace(userId);
    if (!leave) throw new Refusal('too_many_connections', `a user has at most ${limits.connectionsPerUserMax} connections`, { 'retry-after': '5' });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    const stream: OpenStream = { userId, credential, end: () => response.end() };
    this.#open.add(stream);
    const stopSending = sendEvents(source, key, after, {
      write(text) {
        response.write(text);
        return response.writableLength <= limits.bufferMaxBytes;
      },
      end: stream.end,
    });
    response.once('close', () => {
      stopSending();
      this.#open.delete(stream);
      leave();
    });
  }
}

/** The decoded segments of a path below `base`: none for `base` itself; undefined for another path. */
function segmentsAfter(pathname: string, base: string): string[] | undefined {
  if (pathname === base) return [];
  if (!pathname.startsWith(`${base}/`)) return undefined;
  try {
    return pathname
      .slice(base.length + 1)
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function answerJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}
