// The one Bun server of the hub: requests to the router, upgrades to their sockets, everything else to the pages.
import { type Log, listening, ProblemError } from '@relevo/runtime';
import type { Server, ServerWebSocket } from 'bun';
import { clientAddress } from '../limits/client-address.ts';
import type { RequestLimits } from '../limits/request-limits.ts';
import { CountedSocket } from './counted-socket.ts';
import type { Router } from './router.ts';
import type { Connection } from './socket.ts';

/** Opens a socket for a request, or refuses by throwing a ProblemError. */
export type OpenSocket = (request: Request) => Promise<Connection>;

export interface ServerOptions {
  port: number;
  hostname: string;
  tls: { cert: string; key: string } | undefined;
  router: Router;
  /** By path. */
  sockets: Record<string, OpenSocket>;
  /** The page or asset for a request that no route took; undefined when there is none. */
  pages: (request: Request) => Promise<Response | undefined>;
  draining: () => boolean;
  limits: Pick<RequestLimits, 'opening'>;
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies: ReadonlySet<string>;
  log: Log;
  /** Told of every message that crosses a socket, those that are published to topics aside. */
  onMessage: (direction: 'in' | 'out') => void;
  /** Told of every upgrade that is refused. */
  onError: (code: string) => void;
  requestBodyMaxBytes: number;
  messageMaxBytes: number;
  /** A socket over this is closed rather than have its events dropped without a word. */
  backpressureLimitBytes: number;
}

/** Seconds without a byte after which a request is given up, and a socket that answers no ping is closed. */
const requestIdleSeconds = 120;
const socketIdleSeconds = 30;

export type HubServer = Server<Connection>;

export function createServer(options: ServerOptions): HubServer {
  const { onMessage } = options;
  const onSent = () => onMessage('out');
  const { hostname, port } = options;
  const listen = () =>
    Bun.serve<Connection>({
      port,
      hostname,
      ...(options.tls && { tls: options.tls }),
      maxRequestBodySize: options.requestBodyMaxBytes,
      idleTimeout: requestIdleSeconds,
      development: false,
      fetch: (request, server) => answer(request, server, options),
      websocket: {
        idleTimeout: socketIdleSeconds,
        sendPings: true,
        maxPayloadLength: options.messageMaxBytes,
        backpressureLimit: options.backpressureLimitBytes,
        closeOnBackpressureLimit: true,
        perMessageDeflate: false,
        open: (socket: ServerWebSocket<Connection>) => socket.data.opened(new CountedSocket(socket, onSent)),
        message: (socket: ServerWebSocket<Connection>, message) => {
          onMessage('in');
          socket.data.received(message);
        },
        drain: (socket: ServerWebSocket<Connection>) => socket.data.drained(),
        close: (socket: ServerWebSocket<Connection>, code, reason) => socket.data.closed(code, reason),
      },
    });
  return listening({ host: ['HUB_HOST', hostname], port: ['HUB_PORT', port] }, listen);
}

async function answer(given: Request, server: HubServer, options: ServerOptions): Promise<Response | undefined> {
  const { router, sockets, pages } = options;
  const requestId = requestIdOf(given);
  const request = addressed(given);
  if (!request) {
    options.onError('invalid_request');
    return new ProblemError('invalid_request', 'host: not the name of a host', { headers: { 'x-request-id': requestId } }).toResponse();
  }
  const { pathname } = new URL(request.url);
  const address = clientAddress(server.requestIP(given)?.address ?? '', request.headers.get('x-forwarded-for'), options.trustedProxies);
  const openSocket = sockets[pathname];
  if (openSocket) {
    const refusal = await upgrade(request, server, openSocket, address, requestId, options);
    refusal?.headers.set('x-request-id', requestId);
    return refusal;
  }
  const isPage = !pathname.startsWith('/api/') && (request.method === 'GET' || request.method === 'HEAD');
  const page = isPage ? await pages(request) : undefined;
  if (page) return page;
  const response = await router(request, { requestId, clientAddress: address });
  response.headers.set('x-request-id', requestId);
  return response;
}

/**
 * The request with an absolute address, which it has unless its `Host` is not one. HTTP/1.0 needs none, and HTTP/1.1 takes an empty one.
 * Undefined: "A server MUST respond with a 400 (Bad Request) status code to any … request message that contains … a Host header field with an
 * invalid field value." (RFC 9112 §3.2)
 */
function addressed(request: Request): Request | undefined {
  if (URL.canParse(request.url)) return request;
  return request.headers.get('host') ? undefined : new Request(`http://localhost${request.url}`, request);
}

async function upgrade(
  request: Request,
  server: HubServer,
  openSocket: OpenSocket,
  address: string,
  requestId: string,
  { draining, limits, log, onError }: ServerOptions,
): Promise<Response | undefined> {
  try {
    if (draining()) throw new ProblemError('draining', 'the hub is going away', { headers: { 'retry-after': '2' } });
    const connection = await limits.opening(address, () => openSocket(request));
    if (server.upgrade(request, { data: connection })) return undefined;
    connection.closed(1006, 'not upgraded');
    // "426 Upgrade Required … The server MUST send an Upgrade header field" (RFC 9110 §15.5.22).
    const headers = { upgrade: 'websocket', connection: 'upgrade' };
    return new ProblemError('upgrade_required', 'This is a WebSocket endpoint', { headers }).toResponse();
  } catch (error) {
    const problem = error instanceof ProblemError ? error : new ProblemError('internal');
    onError(problem.code);
    const fields = { event: 'upgrade_refused', request_id: requestId, path: new URL(request.url).pathname, code: problem.code };
    if (problem.status >= 500 && problem.code !== 'draining') log.error({ ...fields, err: error }, problem.message);
    else log.debug(fields, problem.message);
    return problem.toResponse();
  }
}

/** The caller's `X-Request-ID` when it is a sane one, else a new one: it follows an operation to the agent and back. */
function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  return given !== null && /^[A-Za-z0-9._:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
