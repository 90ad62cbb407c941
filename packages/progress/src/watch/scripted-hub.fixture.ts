// For tests: a real server that speaks `/ws/progress` and its twin over plain HTTP, and misbehaves on request.
import type { ClientMessage, OperationEvent, ProgressEvent, StepEvent } from '@relevo/protocol';
import type { ServerWebSocket } from 'bun';
import { ScriptedEvents } from './scripted-events.fixture.ts';

export class ScriptedHub {
  readonly heard: ClientMessage[] = [];
  /** Every event so far, by operation. */
  readonly journal = new Map<string, ProgressEvent[]>();
  /** Status of `GET /api/me`. */
  sessionStatus = 200;
  /** Role of user 7, whose session every request has. */
  role = 'user';
  refusesHandshakes = false;
  /** How many times each event is sent. */
  copies = 1;
  handshakes = 0;
  /** What a browser may load of it, by path. */
  readonly pages = new Map<string, { type: string; body: string }>();
  /** False: only the socket is there, as on a server without a hub. */
  hasOperations = true;
  readonly events = new ScriptedEvents(this.journal);
  /** Each socket, with the operations it follows; `*` is all of them. */
  readonly #sockets = new Map<ServerWebSocket<undefined>, Set<string>>();
  readonly #server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    fetch: (request, server) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/me') return Response.json({ id: 7, role: this.role }, { status: this.sessionStatus });
      if (pathname.startsWith('/api/operations') && this.hasOperations)
        return this.sessionStatus === 200 ? this.events.answer(request) : new Response('no', { status: this.sessionStatus });
      const page = this.pages.get(pathname);
      if (page) return new Response(page.body, { headers: { 'content-type': page.type } });
      if (request.headers.get('upgrade') === null) return new Response('no', { status: 404 });
      this.handshakes += 1;
      if (!this.refusesHandshakes && server.upgrade(request)) return;
      return new Response('no', { status: 401 });
    },
    websocket: {
      open: (socket) => void this.#sockets.set(socket, new Set()),
      close: (socket) => void this.#sockets.delete(socket),
      message: (socket, text) => this.#hear(socket, JSON.parse(String(text))),
    },
  });

  get base(): string {
    return this.#server.url.origin;
  }

  step(operationId: string, step: string, status: StepEvent['status'], progress: number | null = 0): StepEvent {
    const event: StepEvent = {
      operation_id: operationId,
      step,
      status,
      message: '',
      progress,
      timestamp: new Date().toISOString(),
      seq: this.#nextSeq(operationId),
    };
    return this.publish(event);
  }

  state(operationId: string, state: OperationEvent['state']): OperationEvent {
    const timestamp = new Date().toISOString();
    return this.publish({ type: 'operation', operation_id: operationId, state, seq: this.#nextSeq(operationId), timestamp, kind: 'test', title: 'Test' });
  }

  say(value: unknown): void {
    for (const socket of this.#sockets.keys()) socket.send(typeof value === 'string' ? value : JSON.stringify(value));
  }

  cut(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  closeAll(code: number, reason = ''): void {
    for (const socket of this.#sockets.keys()) socket.close(code, reason);
  }

  async stop(): Promise<void> {
    this.events.cut();
    await this.#server.stop(true);
  }

  #nextSeq(operationId: string): number {
    return (this.journal.get(operationId)?.at(-1)?.seq ?? 0) + 1;
  }

  /** Takes an event as it is; its number is the caller's business. */
  publish<Event extends ProgressEvent>(event: Event): Event {
    this.journal.set(event.operation_id, [...(this.journal.get(event.operation_id) ?? []), event]);
    for (const [socket, followed] of this.#sockets) {
      if (!followed.has('*') && !followed.has(event.operation_id)) continue;
      for (let copy = 0; copy < this.copies; copy++) socket.send(JSON.stringify(event));
    }
    this.events.publish(event);
    return event;
  }

  #hear(socket: ServerWebSocket<undefined>, message: ClientMessage): void {
    this.heard.push(message);
    const followed = this.#sockets.get(socket);
    if (message.type === 'start_operation') {
      followed?.add(message.operation_id);
      const after = message.after ?? 0;
      for (const event of this.journal.get(message.operation_id) ?? []) if (event.seq > after) socket.send(JSON.stringify(event));
    }
    if (message.type === 'watch') {
      followed?.add('*');
      for (const events of this.journal.values()) for (const event of events) socket.send(JSON.stringify(event));
    }
  }
}

/** Waits until `store` says something for which `holds` is true. */
export async function until<T>(store: { subscribe(listener: () => void): () => void; getSnapshot(): T }, holds: (value: T) => boolean): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const look = () => {
    const value = store.getSnapshot();
    if (holds(value)) resolve(value);
  };
  const unsubscribe = store.subscribe(look);
  look();
  return promise.finally(unsubscribe);
}
