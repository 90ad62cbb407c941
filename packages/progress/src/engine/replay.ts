// What has been shown of one open operation: enough to bring a watcher up to date without asking the journal.
import { isStepEvent, type OperationEvent, type ProgressEvent, type StepEvent } from '@relevo/protocol';
import { snapshotOf } from './operation.ts';

export class Replay {
  readonly #max: number;
  #recent: ProgressEvent[] = [];
  #steps = new Map<string, StepEvent>();
  #operation: OperationEvent | undefined;

  /** `max`: events held beside the newest one of each step. */
  constructor(max: number) {
    this.#max = max;
  }

  add(event: ProgressEvent): void {
    this.#recent.push(event);
    // Cut in halves, so that the cost of cutting is spread over many events.
    if (this.#recent.length > this.#max * 2) this.#recent = this.#recent.slice(-this.#max);
    this.restore(event);
  }

  /** Takes an event that was shown before this process began: part of a snapshot, not of the replay. */
  restore(event: ProgressEvent): void {
    if (isStepEvent(event)) this.#steps.set(event.step, event);
    else this.#operation = event;
  }

  /** What a watcher that has everything up to `after` still has to see: the missed events, or a snapshot when they are no longer held. */
  since(after: number | undefined): ProgressEvent[] {
    const first = this.#recent[0];
    const snapshot = this.snapshot();
    const last = snapshot.at(-1)?.seq ?? 0;
    if (after === last) return [];
    // A watcher that is ahead of us has its numbers from elsewhere; a snapshot sets it right.
    if (after !== undefined && after > last) return snapshot;
    // Without `after` everything is wanted; numbers that are all held need no stand-in.
    const wanted = after ?? 0;
    if (first !== undefined && wanted >= first.seq - 1) return this.#recent.filter((event) => event.seq > wanted);
    return snapshot;
  }

  snapshot(): ProgressEvent[] {
    return snapshotOf([this.#operation, ...this.#steps.values()]);
  }
}
