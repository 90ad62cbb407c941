// Watches operations over /ws/progress as a faithful client does: comes back with `after` when the socket goes, keeps every
// message it got, and can say whether what it saw was whole and in order.
import type { OperationEvent, ServerMessage, StepEvent } from '@relevo/protocol';
import type { Scope } from './scope.ts';
import type { Session } from './session.ts';
import { until } from './until.ts';

type Shown = StepEvent | OperationEvent;

const reconnectMs = 30;

export class Watcher {
  readonly #session: Session;
  readonly #seen = new Map<string, Shown[]>();
  #socket: WebSocket | undefined;
  #closed = false;
  /** Sockets that were opened. */
  connections = 0;

  constructor(scope: Scope, session: Session) {
    this.#session = session;
    scope.onEnd(() => this.close());
    this.#connect();
  }

  /** Watches an operation from its first event on. */
  follow(operationId: string): void {
    this.#seen.set(operationId, []);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#start(operationId);
  }

  /** Everything seen of an operation, in the order it came. */
  seen(operationId: string): readonly Shown[] {
    return this.#seen.get(operationId) ?? [];
  }

  state(operationId: string): string | undefined {
    return this.seen(operationId).findLast((event): event is OperationEvent => 'state' in event)?.state;
  }

  untilState(operationId: string, state: string, timeoutMs = 20_000): Promise<string> {
    return until(`watcher sees ${operationId} ${state}`, () => (this.state(operationId) === state ? state : undefined), { timeoutMs });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#closed) return;
    const url = `${this.#session.url.replace(/^http/, 'ws')}/ws/progress?userId=${this.#session.userId}`;
    const socket = new WebSocket(url, { headers: { cookie: this.#session.cookie, origin: this.#session.url } } as unknown as string[]);
    this.#socket = socket;
    socket.onopen = () => {
      this.connections += 1;
      for (const id of this.#seen.keys()) this.#start(id);
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if ('type' in message && message.type === 'error') throw new Error(`refused: ${message.code} ${message.message}`);
      if ('seq' in message) this.#seen.get(message.operation_id)?.push(message);
    };
    socket.onclose = () => setTimeout(() => this.#connect(), reconnectMs);
    socket.onerror = () => {};
  }

  #start(operationId: string): void {
    const last = Math.max(0, ...this.seen(operationId).map(({ seq }) => seq));
    this.#socket?.send(JSON.stringify({ type: 'start_operation', operation_id: operationId, ...(last > 0 && { after: last }) }));
  }
}

/**
 * What is wrong with a sequence of events of one operation; empty when nothing is. Numbers go up by one; only a snapshot may leap, never
 * back beyond what it stands for; percentages of a running step never fall; nothing follows an end but a snapshot of it.
 * `stepsBeginAnew`: a step may have failed and begun anew among the numbers that a snapshot stands for.
 */
export function faultsOf(events: readonly Shown[], { stepsBeginAnew = false } = {}): string[] {
  const faults: string[] = [];
  const progress = new Map<string, { seq: number; value: number }>();
  let last = 0;
  let ended = false;
  for (const event of events) {
    const where = `seq ${event.seq}`;
    if (event.snapshot !== true && event.seq !== last + 1) faults.push(`${where} came after ${last}`);
    if (ended && event.snapshot !== true) faults.push(`${where} came after the end`);
    last = Math.max(last, event.seq);
    if ('state' in event) ended ||= ['completed', 'error', 'stopped'].includes(event.state);
    else if (event.status === 'in_progress' && event.progress !== null) {
      const before = stepsBeginAnew && event.snapshot ? undefined : progress.get(event.step);
      if (before !== undefined && event.seq > before.seq && event.progress < before.value)
        faults.push(`${where}: ${event.step} fell from ${before.value} to ${event.progress}`);
      progress.set(event.step, { seq: event.seq, value: event.progress });
    } else if ('step' in event) progress.delete(event.step);
  }
  return faults;
}
