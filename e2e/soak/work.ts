// Operations that begin, tick, change and end all the while, each in one of the ways in which work ends.
import type { Session } from '../harness/session.ts';
import { pause } from './churn.ts';

const steps = ['fetch', 'unpack', 'install'];
/** Changes of one step from its beginning to its end. */
const changesPerStep = 15;

interface Open {
  id: string;
  changes: number;
  /** After so many changes it is left to itself, or stopped. */
  given: 'completed' | 'failed' | 'stopped' | 'abandoned';
}

export class Work {
  readonly #session: Session;
  readonly #random: () => number;
  readonly #openCount: number;
  #open: Open[] = [];
  #seq = 0;
  begun = 0;
  reports = 0;

  /** `openCount`: operations that are open at once. */
  constructor(session: Session, openCount: number, random: () => number) {
    this.#session = session;
    this.#openCount = openCount;
    this.#random = random;
  }

  /** One of the operations that are worked on. */
  anyId(): string {
    return this.#open[Math.floor(this.#random() * this.#open.length)]?.id ?? 'none-yet';
  }

  /** One round of changes to everything that is open. */
  async live(leaving: AbortSignal): Promise<void> {
    const reports: object[] = [];
    while (this.#open.length < this.#openCount) reports.push(this.#begin());
    for (const operation of this.#open) reports.push(this.#change(operation));
    await this.#send(reports);
    for (const { id } of this.#over('stopped', changesPerStep)) await this.#session.send('POST', `/api/operations/${id}/stop`);
    this.#over('abandoned', changesPerStep + 3);
    this.#over('completed', changesPerStep * steps.length);
    this.#over('failed', changesPerStep * steps.length);
    await pause(20, leaving);
  }

  /** Takes out what has come so far in this way. */
  #over(given: Open['given'], changes: number): Open[] {
    const over = this.#open.filter((operation) => operation.given === given && operation.changes >= changes);
    this.#open = this.#open.filter((operation) => !over.includes(operation));
    return over;
  }

  #begin(): object {
    const chance = this.#random();
    const given = chance < 0.7 ? 'completed' : chance < 0.8 ? 'failed' : chance < 0.9 ? 'stopped' : 'abandoned';
    this.begun += 1;
    const id = `soak-${this.begun}`;
    this.#open.push({ id, changes: 0, given });
    return { type: 'begin', operation_id: id, kind: 'soak', title: id, steps: steps.map((step) => ({ step, message: 'waits' })) };
  }

  #change(operation: Open): object {
    const step = steps[Math.floor(operation.changes / changesPerStep)] ?? '';
    const within = operation.changes % changesPerStep;
    operation.changes += 1;
    const isLast = within === changesPerStep - 1;
    const status = !isLast ? 'in_progress' : operation.given === 'failed' ? 'error' : 'completed';
    return { type: 'step', operation_id: operation.id, step, status, progress: (within * 100) / changesPerStep, message: `${step} ${status}` };
  }

  async #send(reports: readonly object[]): Promise<void> {
    this.reports += reports.length;
    await this.#session.ask('POST', '/api/reports', { json: { reporter: 'soak', reports: reports.map((report) => ({ ...report, seq: ++this.#seq })) } });
  }
}
