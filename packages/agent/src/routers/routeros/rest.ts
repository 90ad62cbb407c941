// Speaks the REST interface of RouterOS v7 over one short-lived pool of connections: verbs, filters, error bodies, and what each of them means.
import http from 'node:http';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { connectionLost, interruptionOf, RouterInterruption } from '../router-interruption.ts';
import type { Row } from './menus.ts';
import { openSocket, type RouterSocketOptions } from './router-socket.ts';

export interface RouterOsRestOptions extends RouterSocketOptions {
  username: string;
  password: string;
  requestTimeoutMs: number;
  requestsAtOnceMax: number;
  answerMaxBytes: number;
}

export interface RouterOsRest {
  /** The entries of a menu that `filter` leaves; only `members` of them when given. A menu that this router lacks has none. */
  list(path: string, filter: Row, signal: AbortSignal, members?: readonly string[]): Promise<Row[]>;
  /** A menu that is one object, as `system/identity`. */
  read(path: string, signal: AbortSignal): Promise<Row>;
  add(path: string, row: Row, signal: AbortSignal): Promise<void>;
  /** False: there is no such entry. */
  set(path: string, id: string, row: Row, signal: AbortSignal): Promise<boolean>;
  /** False: there is no such entry. */
  remove(path: string, id: string, signal: AbortSignal): Promise<boolean>;
  /** SHA-256 of the TLS key that the router showed last; null without TLS. */
  pin(): string | null;
  close(): void;
}

interface Answer {
  status: number;
  body: unknown;
}

/** Nothing is asked before the first call. */
export function createRouterOsRest(options: RouterOsRestOptions): RouterOsRest {
  const authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  let pin: string | null = null;
  const agent = new http.Agent({ keepAlive: true, maxSockets: options.requestsAtOnceMax });
  // The credentials go nowhere before the router has shown the right key: the socket is handed over only then.
  agent.createConnection = (_target, done) => {
    openSocket(options).then(
      (opened) => {
        pin = opened.pin;
        done?.(null, opened.socket);
      },
      (error: Error) => done?.(error, undefined as never),
    );
    return undefined;
  };

  /** @throws RouterInterruption, TaskFailure, or the reason of the signal */
  function ask(method: string, path: string, signal: AbortSignal, row?: Row): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    signal.throwIfAborted();
    const body = row && JSON.stringify(row);
    const request = http.request({
      agent,
      method,
      host: options.host,
      port: options.port,
      path: `/rest/${path}`,
      headers: {
        authorization,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    const fail = (error: unknown) => {
      reject(error);
      request.destroy();
    };
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => fail(new RouterInterruption('no answer', options.requestTimeoutMs)), options.requestTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => reject(error instanceof TaskFailure ? error : interruptionOf(error)));
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > options.answerMaxBytes) fail(new TaskFailure({ code: 'router.answer_too_large' }));
      });
      response.on('error', (error) => reject(interruptionOf(error)));
      response.on('aborted', () => reject(new RouterInterruption(connectionLost)));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        try {
          resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
        } catch {
          reject(notRouterOs(response.statusCode));
        }
      });
    });
    request.end(body);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  }

  /** A connection that was kept may have been closed at the other end, which only the next request finds out: a question is asked once more. */
  async function question(path: string, signal: AbortSignal): Promise<Answer> {
    try {
      return await ask('GET', path, signal);
    } catch (error) {
      if (!(error instanceof RouterInterruption) || error.message !== connectionLost) throw error;
      return ask('GET', path, signal);
    }
  }

  return {
    async list(path, filter, signal, members) {
      const query = [...Object.entries(filter), ...(members ? [['.proplist', members.join(',')] as const] : [])];
      const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
      const { status, body } = await question(search === '' ? path : `${path}?${search}`, signal);
      if (status === 400 && /^no such command or directory/.test(detailOf(body))) return [];
      refuseErrors(status, body);
      // Whatever else stands there, it does not say that there is nothing.
      if (!Array.isArray(body) || !body.every(isObject)) throw notRouterOs(status);
      return body.map(rowOf);
    },
    async read(path, signal) {
      const { status, body } = await question(path, signal);
      refuseErrors(status, body);
      return rowOf(body);
    },
    async add(path, row, signal) {
      const { status, body } = await ask('PUT', path, signal, row);
      refuseErrors(status, body);
    },
    async set(path, id, row, signal) {
      const { status, body } = await ask('PATCH', `${path}/${id}`, signal, row);
      if (isGone(status, body)) return false;
      refuseErrors(status, body);
      return true;
    },
    async remove(path, id, signal) {
      const { status, body } = await ask('DELETE', `${path}/${id}`, signal);
      if (isGone(status, body)) return false;
      refuseErrors(status, body);
      return true;
    },
    pin: () => pin,
    close: () => agent.destroy(),
  };
}

/** An `.id` that names nothing: 404 by the vendor's word, 400 on some versions. */
function isGone(status: number, body: unknown): boolean {
  return status === 404 || (status === 400 && /^no such item/.test(detailOf(body)));
}

function refuseErrors(status: number, body: unknown): void {
  if (status >= 200 && status < 300) return;
  if (status === 401) throw new TaskFailure({ code: 'router.credentials_refused' });
  const detail = detailOf(body);
  // "All commands … time out after 60 seconds": the work was cut, not refused.
  if (status === 400 && detail === 'Session closed') throw new RouterInterruption('session closed', 60_000);
  if (status >= 500) throw new RouterInterruption(`HTTP ${status}${detail && `: ${detail}`}`);
  throw refusal(detail || `HTTP ${status}`);
}

function refusal(reason: string): TaskFailure {
  return new TaskFailure({ code: 'router.refused', values: { reason: reason.slice(0, 300) } });
}

function notRouterOs(status = 0): TaskFailure {
  return new TaskFailure({ code: 'router.not_routeros', values: { status } });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function detailOf(body: unknown): string {
  const { detail, message } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return typeof detail === 'string' ? detail : typeof message === 'string' ? message : '';
}

/** "all object values are encoded as strings"; what is not one is made one, so that nothing further in has to ask. */
function rowOf(value: unknown): Row {
  return Object.fromEntries(Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([name, member]) => [name, String(member)]));
}
