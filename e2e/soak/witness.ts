// Watches everything from the first event to the last over one socket, as everybody's tab does, and says what was wrong with what it saw.
import type { OperationEvent, StepEvent } from '@relevo/protocol';
import type { Session } from '../harness/session.ts';

export class Witness {
  readonly #last = new Map<string, number>();
  readonly #socket: WebSocket;
  readonly faults: string[] = [];
  events = 0;
  opened: Promise<void>;

  constructor(session: Session) {
    const url = `${session.url.replace(/^http/, 'ws')}/ws/progress?userId=${session.userId}`;
    this.#socket = new WebSocket(url, { headers: { cookie: session.cookie } } as unknown as string[]);
    this.#socket.onmessage = ({ data }) => this.#see(JSON.parse(String(data)));
    this.#socket.onclose = ({ code }) => {
      if (!this.#closing) this.faults.push(`closed with ${code}`);
    };
    this.opened = new Promise((resolve, reject) => {
      this.#socket.onerror = () => reject(new Error('the witness was refused'));
      this.#socket.onopen = () => {
        this.#socket.send(JSON.stringify({ type: 'watch', scope: 'user' }));
        resolve();
      };
    });
  }
  #closing = false;

  close(): void {
    this.#closing = true;
    this.#socket.close();
  }

  #see(event: StepEvent | OperationEvent): void {
    this.events += 1;
    const last = this.#last.get(event.operation_id) ?? 0;
    if (event.seq !== last + 1 || event.snapshot) this.faults.push(`${event.operation_id}: ${event.seq}${event.snapshot ? ' (snapshot)' : ''} after ${last}`);
    const hasEnded = 'state' in event && ['completed', 'error', 'stopped'].includes(event.state);
    if (hasEnded) this.#last.delete(event.operation_id);
    else this.#last.set(event.operation_id, event.seq);
  }
}
