// One operation as the server that does its work sees it: the same form whether its watchers come to this process or to a hub.
import type { Language } from '@relevo/protocol';
import { parseStepId } from './parse-ids.ts';
import { type ReportTarget, type RunningStep, runStep, type StepOptions } from './step.ts';

/** What an operation is begun with. */
export interface OperationOptions {
  /** Who watches it. */
  userId: number;
  /** 1 to 128 of `A-Z a-z 0-9 . _ : -`; made when absent. The id that the browser sent, so that it may watch before the work begins. */
  id?: string | undefined;
  /** A short name of the kind of work, as `remove-customer`; lists are filtered by it. */
  kind: string;
  /** What people read. */
  title?: string;
  /** Declared in order, shown as `pending` from the start. An operation with declared steps ends when all of them have. */
  steps?: readonly (string | { step: string; message?: string })[];
  /** Of the sentences that are not the work's own. */
  language?: Language;
}

/** How an operation ends by what became of its work. */
export type Outcome = 'completed' | 'error' | 'stopped';

/** What a destination of reports gives the form around it. */
export interface OperationTarget extends ReportTarget {
  readonly key: { userId: number | undefined; id: string };
  /** Ends the operation; unsettled steps end with it. Does nothing when it has ended. */
  end(outcome: Outcome): void;
  /** What became of the steps so far: `error` when one of them failed. */
  outcome(): Outcome;
}

/** An operation whose work is done in this process: `run` all of it, or its steps one by one and `end` it. */
export class ReportedOperation {
  readonly #target: OperationTarget;

  constructor(target: OperationTarget) {
    this.#target = target;
  }

  get id(): string {
    return this.#target.key.id;
  }

  /** Aborted when somebody asks the operation to stop. */
  get signal(): AbortSignal {
    return this.#target.signal;
  }

  /**
   * Runs `work` as a step of this operation; see `RunningStep` for what it can say.
   * @returns what `work` returned
   * @throws what `work` threw, after it was reported; the reason of `signal` when the operation was stopped before
   */
  async step<T>(id: string, work: (step: RunningStep) => T | Promise<T>, options?: StepOptions): Promise<T> {
    return runStep(this.#target, parseStepId(id), work, options);
  }

  /** Ends the operation by its outcome: `stopped` when it was asked to stop, `error` when a step failed, else `completed`. */
  end(): void {
    this.#target.end(this.#target.outcome());
  }

  /** Ends the operation as failed. */
  fail(): void {
    this.#target.end(this.#target.signal.aborted ? 'stopped' : 'error');
  }

  /** Runs all of the work: the operation ends when `work` does, by its outcome, and as `error` when it throws. */
  async run<T>(work: (operation: this) => T | Promise<T>): Promise<T> {
    try {
      const result = await work(this);
      this.end();
      return result;
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  /** For `await using`: the operation ends with the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }
}
