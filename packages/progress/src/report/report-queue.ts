// Reports that wait to be sent to a hub: in order, within a bound; percentages are coalesced, everything else is kept.
import type { StepChange } from '../engine/index.ts';

/** What a report says, without its number; see `POST /api/reports`. */
export type ReportBody =
  | {
      type: 'begin';
      operation_id: string;
      user_id?: number | undefined;
      kind: string;
      title: string;
      language?: string | undefined;
      steps: { step: string; message: string }[];
    }
  | ({ type: 'step'; operation_id: string; user_id?: number | undefined; step: string } & StepChange)
  | { type: 'end'; operation_id: string; user_id?: number | undefined; state: 'completed' | 'error' | 'stopped'; message: string; code?: string | undefined };

export type Report = ReportBody & { seq: number };

export class ReportQueue {
  readonly #max: number;
  /** Not yet sent, oldest first. */
  #waiting: Report[] = [];
  /** Of each running step, the percentage that waits, if one does. */
  readonly #tickOf = new Map<string, Report>();
  /** Sent and not yet answered; sent again as it is until it is. */
  #sent: Report[] = [];
  #seq = 0;
  #doneSeq = 0;

  /** `max`: reports that may wait; beyond it percentages are no longer taken, and beyond twice as many nothing is. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Reports not yet answered by the hub. */
  get size(): number {
    return this.#waiting.length + this.#sent.length;
  }

  get isFull(): boolean {
    return this.size >= this.#max;
  }

  /** The number of the newest report. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** Everything up to this number was answered. */
  get doneSeq(): number {
    return this.#doneSeq;
  }

  /** Takes a report; false when there is no room for it. `isTick`: the next of the same step makes it worthless. */
  push(body: ReportBody, isTick = false): boolean {
    const key = body.type === 'step' ? tickKey(body) : '';
    if (isTick) {
      const waiting = this.#tickOf.get(key);
      if (waiting) {
        // The newest wins member by member: one that says less does not undo what the last one said.
        Object.assign(waiting, definedOf(body));
        return true;
      }
      if (this.isFull) return true;
    } else if (this.size >= this.#max * 2) {
      return false;
    }
    this.#seq += 1;
    const report: Report = { seq: this.#seq, ...body };
    this.#waiting.push(report);
    if (isTick) this.#tickOf.set(key, report);
    // A change of status ends what may be coalesced: a later percentage must not be told before it.
    else this.#tickOf.delete(key);
    return true;
  }

  /** What is to be sent next: what was sent and never answered, else up to `max` of what waits. */
  next(max: number): readonly Report[] {
    if (this.#sent.length === 0) {
      this.#sent = this.#waiting.splice(0, max);
      for (const report of this.#sent) if (report.type === 'step' && this.#tickOf.get(tickKey(report)) === report) this.#tickOf.delete(tickKey(report));
    }
    return this.#sent;
  }

  /** The hub has answered what was sent. */
  answered(): void {
    this.#doneSeq = this.#sent.at(-1)?.seq ?? this.#doneSeq;
    this.#sent = [];
  }

  /** What was sent is too much at once: it is sent in smaller parts. */
  split(max: number): void {
    this.#waiting.unshift(...this.#sent.splice(max));
  }
}

function tickKey({ user_id, operation_id, step }: Extract<ReportBody, { type: 'step' }>): string {
  return `${user_id ?? ''}/${operation_id}/${step}`;
}

function definedOf<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}
