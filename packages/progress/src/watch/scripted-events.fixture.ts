// For tests: the part of the scripted hub that answers over plain HTTP, as a hub behind a proxy that lets no WebSocket through.
import { isEnded, isStepEvent, type OperationSummary, type ProgressEvent } from '@relevo/protocol';

interface OpenStream {
  id: string;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

const encoder = new TextEncoder();

export class ScriptedEvents {
  readonly #journal: ReadonlyMap<string, readonly ProgressEvent[]>;
  readonly #open = new Set<OpenStream>();
  /** The largest number of streams that were open at once. */
  streamsMost = 0;
  /** `after` of each stream that was opened, by operation. */
  readonly asked = new Map<string, number[]>();
  readonly stopped: string[] = [];
  /** The next streams are refused so. */
  readonly refusals: number[] = [];
  /** How many times each event is sent. */
  copies = 1;

  constructor(journal: ReadonlyMap<string, readonly ProgressEvent[]>) {
    this.#journal = journal;
  }

  answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const [, , , id = '', action] = pathname.split('/');
    if (request.method === 'POST' && action === 'stop') {
      if (!this.#journal.has(id)) return Response.json({ code: 'not_found', detail: 'there is none' }, { status: 404 });
      this.stopped.push(id);
      return Response.json({ operation_id: id }, { status: 202 });
    }
    if (action === 'events') return this.#stream(id, Number(searchParams.get('after') ?? 0), request.signal);
    return this.#list(searchParams.get('state'));
  }

  publish(event: ProgressEvent): void {
    for (const stream of [...this.#open]) if (stream.id === event.operation_id) this.#send(stream, event);
  }

  /** Ends every open stream in the middle. */
  cut(): void {
    for (const stream of [...this.#open]) {
      this.#open.delete(stream);
      stream.controller.close();
    }
  }

  #list(state: string | null): Response {
    const operations = [...this.#journal].reverse().map(([id, events]): OperationSummary => {
      const event = events.findLast((one) => !isStepEvent(one));
      return {
        operation_id: id,
        user_id: id.startsWith('foreign') ? 8 : 7,
        kind: 'test',
        title: 'Test',
        state: event && !isStepEvent(event) ? event.state : 'pending',
        seq: events.length,
        created_at: '',
        started_at: null,
        ended_at: null,
      };
    });
    return Response.json({ operations: operations.filter((one) => state === null || one.state === state), next_cursor: null });
  }

  #stream(id: string, after: number, gone: AbortSignal): Response {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return new Response('no', { status: refusal });
    const events = this.#journal.get(id);
    if (!events) return new Response('no', { status: 404 });
    const last = events.at(-1);
    if (last && !isStepEvent(last) && isEnded(last.state) && after === last.seq) return new Response(null, { status: 204 });
    this.asked.set(id, [...(this.asked.get(id) ?? []), after]);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const stream: OpenStream = { id, controller };
        this.#open.add(stream);
        gone.addEventListener('abort', () => this.#open.delete(stream));
        this.streamsMost = Math.max(this.streamsMost, this.#open.size);
        controller.enqueue(encoder.encode(': alive\n\n'));
        for (const event of events) if (event.seq > after) this.#send(stream, event);
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  #send(stream: OpenStream, event: ProgressEvent): void {
    for (let copy = 0; copy < this.copies; copy++) stream.controller.enqueue(encoder.encode(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`));
    if (isStepEvent(event) || !isEnded(event.state)) return;
    this.#open.delete(stream);
    stream.controller.close();
  }
}
