// What stands in for the socket where a proxy lets no WebSocket through: takes the same messages and gives the same events, over plain
// HTTP. Whoever holds it cannot tell the difference but by its pace.
import { type ClientMessage, closeCodes, isEnded, type OperationSummary } from '@relevo/protocol';
import { closeCodeOfStatus } from './close-code-of-status.ts';
import type { SocketLike } from './connection.ts';
import { listOpenOperations } from './operation-listing.ts';
import { OperationStream, type TurnEnd } from './operation-stream.ts';
import { whyRefused } from './session-check.ts';

export interface EventsSocketOptions {
  base: string;
  userId: number;
  fetch: typeof fetch;
  /** Streams open at once. A browser has six connections to a hub without HTTP/2, for all of its tabs and requests. */
  streamsMax: number;
  /** Where more operations are followed than streams may be open, each has a turn of at least this long, milliseconds. */
  turnMs: number;
  /** How often the open operations are listed while all are watched, milliseconds. */
  listIntervalMs: number;
  /** Wait before a stream that ended or was refused is asked for again, milliseconds; doubled up to `listIntervalMs` while it brings nothing. */
  againMs: number;
  silenceMaxMs: number;
}

type Listener = Parameters<SocketLike['addEventListener']>[1];

export class EventsSocket implements SocketLike {
  readonly #options: EventsSocketOptions;
  readonly #listeners = new Map<string, Listener[]>();
  /** What is followed, the longest waiting first. */
  readonly #streams = new Map<string, OperationStream>();
  readonly #abort = new AbortController();
  /** While everything is watched: the operations that came in a listing before. */
  #listed: Set<string> | undefined;
  #listTimer: ReturnType<typeof setTimeout> | undefined;
  #turnTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where operations are followed: nothing is sent before that is known. */
  #api = '';
  #isClosed = false;

  constructor(options: EventsSocketOptions) {
    this.#options = options;
    void this.#open();
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    if (this.#isClosed) return;
    const message = JSON.parse(text) as ClientMessage;
    switch (message.type) {
      case 'start_operation':
        return this.#follow(message.operation_id, message.after ?? 0, true);
      case 'stop_operation':
        return void this.#stop(message.operation_id);
      case 'watch':
        if (this.#listed) return;
        this.#listed = new Set();
        return void this.#list(this.#listed);
      case 'unwatch':
        return message.operation_id === undefined ? this.#unwatchAll() : this.#unfollow(message.operation_id);
    }
  }

  close(): void {
    this.#end();
  }

  /** Open when the hub answers for this session. */
  async #open(): Promise<void> {
    const { base, userId, fetch: fetchIt } = this.#options;
    const verdict = await whyRefused(base, userId, fetchIt, this.#abort.signal).catch(() => undefined);
    if (this.#isClosed) return;
    if (typeof verdict !== 'object') return this.#end(verdict ?? 1006);
    this.#api = verdict.api;
    this.#emit('open', {});
  }

  #follow(id: string, after: number, isNamed: boolean): void {
    const known = this.#streams.get(id);
    if (known) known.isNamed ||= isNamed;
    else this.#streams.set(id, this.#makeStream(id, after, isNamed));
    this.#giveTurns();
  }

  #makeStream(id: string, after: number, isNamed: boolean): OperationStream {
    const { base, userId, fetch: fetchIt, silenceMaxMs } = this.#options;
    const stream: OperationStream = new OperationStream(id, after, isNamed, {
      api: new URL(this.#api, base).href,
      userId,
      fetch: fetchIt,
      silenceMaxMs,
      onMessage: (data) => {
        if (this.#streams.get(id) === stream) this.#emit('message', { data });
      },
    });
    return stream;
  }

  #unfollow(id: string): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    // One that a listing brought is followed on, as everything is.
    if (this.#listed) stream.isNamed = false;
    else this.#drop(stream);
    this.#giveTurns();
  }

  #unwatchAll(): void {
    clearTimeout(this.#listTimer);
    this.#listed = undefined;
    for (const stream of [...this.#streams.values()]) if (!stream.isNamed) this.#drop(stream);
    this.#giveTurns();
  }

  #drop(stream: OperationStream): void {
    this.#streams.delete(stream.id);
    stream.yield();
  }

  /** Hands free places to those that wait longest; takes one from whoever had its turn when others wait and none is free. */
  #giveTurns(): void {
    clearTimeout(this.#turnTimer);
    if (this.#isClosed) return;
    const now = Date.now();
    const streams = [...this.#streams.values()];
    const running = streams.filter(({ turnBegan }) => turnBegan !== undefined);
    const waiting = streams.filter(({ turnBegan }) => turnBegan === undefined);
    const ready = waiting.filter(({ notBefore }) => notBefore <= now);
    for (const stream of ready.splice(0, this.#options.streamsMax - running.length)) void this.#run(stream);
    let wakeAt = Math.min(...waiting.filter(({ notBefore }) => notBefore > now).map(({ notBefore }) => notBefore));
    if (ready.length > 0) {
      // Those that were asked for by name keep their place as long as a listed one can give way.
      const listed = running.filter(({ isNamed }) => !isNamed);
      const mayYield = (listed.length > 0 ? listed : running).sort((a, b) => (a.turnBegan ?? 0) - (b.turnBegan ?? 0));
      const turnEnds = (mayYield[0]?.turnBegan ?? now) + this.#options.turnMs;
      if (turnEnds <= now) mayYield[0]?.yield();
      else wakeAt = Math.min(wakeAt, turnEnds);
    }
    if (Number.isFinite(wakeAt)) this.#turnTimer = setTimeout(() => this.#giveTurns(), Math.max(1, wakeAt - now));
  }

  async #run(stream: OperationStream): Promise<void> {
    stream.turnBegan = Date.now();
    const end = await stream.take();
    stream.turnBegan = undefined;
    if (this.#isClosed) return;
    // Whoever had a turn waits behind the others; one that was dropped, or replaced meanwhile, does not come back.
    if (this.#streams.get(stream.id) === stream) {
      this.#streams.delete(stream.id);
      if (end !== 'ended') this.#streams.set(stream.id, stream);
      this.#settle(stream, end);
    }
    this.#giveTurns();
  }

  #settle(stream: OperationStream, end: TurnEnd): void {
    if (end === 'unreachable') return this.#end(1006);
    if (end === 'ended' || end === 'aborted') return;
    const code = typeof end === 'object' ? closeCodeOfStatus(end.status) : undefined;
    if (code !== undefined) return this.#end(code);
    const { againMs, listIntervalMs } = this.#options;
    const delayMs = Math.min(listIntervalMs, againMs * 2 ** Math.min(stream.failures, 20));
    stream.failures += 1;
    stream.notBefore = Date.now() + Math.max(delayMs, (typeof end === 'object' && end.retryAfterMs) || 0);
  }

  async #list(listed: Set<string>): Promise<void> {
    const { base, userId, fetch: fetchIt, listIntervalMs } = this.#options;
    clearTimeout(this.#listTimer);
    const isFirst = listed.size === 0;
    const answer = await listOpenOperations(new URL(this.#api, base).href, userId, fetchIt, this.#abort.signal).catch(() => undefined);
    if (this.#isClosed || this.#listed !== listed) return;
    if (!answer) return this.#end(1006);
    if ('status' in answer) {
      const code = closeCodeOfStatus(answer.status);
      if (code !== undefined) return this.#end(code);
    } else {
      // What began while the listing was asked for is among the newest only. What began and ended between two listings is followed too, to its
      // end; what had ended before the first is none of ours.
      const isNews = ({ operation_id, state }: OperationSummary) => !listed.has(operation_id) && !(isFirst && isEnded(state));
      for (const operation of [...answer.open, ...answer.newest.filter(isNews)]) {
        if (!listed.has(operation.operation_id)) this.#follow(operation.operation_id, 0, false);
      }
      listed.clear();
      // The mark of a first listing that brought nothing.
      listed.add('');
      for (const { operation_id } of [...answer.open, ...answer.newest]) listed.add(operation_id);
    }
    this.#listTimer = setTimeout(() => void this.#list(listed), listIntervalMs);
  }

  async #stop(id: string): Promise<void> {
    const { base, userId, fetch: fetchIt } = this.#options;
    const url = new URL(`${this.#api}/operations/${encodeURIComponent(id)}/stop`, base);
    url.searchParams.set('user_id', String(userId));
    try {
      const response = await fetchIt(url, { method: 'POST', credentials: 'include', headers: { accept: 'application/json' }, signal: this.#abort.signal });
      if (response.ok) return void (await response.body?.cancel());
      const problem = (await response.json()) as { code?: unknown; detail?: unknown; title?: unknown };
      const message = problem.detail ?? problem.title ?? '';
      this.#emit('message', { data: JSON.stringify({ type: 'error', code: problem.code, message, operation_id: id }) });
    } catch {
      // The reader sees the end of the connection, and that the operation did not stop.
      this.#end(1006);
    }
  }

  #end(code: number = closeCodes.goingAway): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#listTimer);
    clearTimeout(this.#turnTimer);
    this.#abort.abort();
    for (const stream of this.#streams.values()) stream.yield();
    this.#emit('close', { code, reason: '' });
  }

  #emit(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
