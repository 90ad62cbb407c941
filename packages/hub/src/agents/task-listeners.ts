// Who has a say in what an agent reports of a kind of task: what its step shows, and what is written together with it.

import type { TaskReport } from '@relevo/protocol';
import type { HubTransaction } from '../operations/operation-journal.ts';
import type { StepReport } from '../operations/operations.ts';

/** Where the reports of a task go. */
export interface TaskTarget {
  taskId: string;
  agentId: string;
  kind: string;
  userId: number;
  operationId: string;
  step: string;
  /** What it is about, for people. */
  subject: string | null;
  requestId: string;
}

export interface TaskOutcome {
  /** What the step shows; undefined leaves it as it is. */
  change: StepReport | undefined;
  /** Written in the transaction that journals the report. It must not fail. */
  write?: (transaction: HubTransaction) => Promise<void>;
  /** Called once that is on the disk. */
  after?: () => void;
}

/** Takes a lossless report of a task before its step does. Reports come at least once, and each is acknowledged only after it was written. */
export type TaskListener = (target: TaskTarget, report: TaskReport) => TaskOutcome | Promise<TaskOutcome>;

export class TaskListeners {
  readonly #listeners = new Map<string, TaskListener>();

  /** One listener for each kind of task. */
  on(kind: string, listener: TaskListener): void {
    this.#listeners.set(kind, listener);
  }

  async outcomeOf(target: TaskTarget, report: TaskReport): Promise<TaskOutcome> {
    const { type: _type, seq: _seq, task_id: _taskId, result: _result, ...change } = report;
    return (await this.#listeners.get(target.kind)?.(target, report)) ?? { change };
  }
}
