// What a kind of task is: how it is read, what it must not run beside, and how it runs. New kinds register here and nowhere else.
import type { StepText, TransferBound } from '@relevo/protocol';
import type { Log } from '@relevo/runtime';
import type { z } from 'zod';

/** How far a task is; all optional, bytes and milliseconds, `progress` in per cent. */
export interface Measures {
  progress?: number | null;
  bytes?: number;
  total_bytes?: number;
  rate?: number;
  eta_ms?: number;
  /** What keeps it from being faster; undefined takes back what was told before. */
  bound_by?: TransferBound | undefined;
}

/** What the work found or made, for the hub: plain JSON. */
export type TaskResult = Record<string, unknown>;

export interface TaskContext {
  taskId: string;
  /** Aborted with `TaskStopped` (leave nothing behind) or a `TaskPutOff` (keep what a later run can use). */
  signal: AbortSignal;
  /** The result that an earlier run of this task told of last, if one did. */
  told: TaskResult | undefined;
  /** Tells a change that must not be lost; resolves when it is on the disk. A result comes back as `told` when the task has to run again. */
  report(text: StepText, measures?: Measures, result?: TaskResult): Promise<void>;
  /** As `report`, for what nobody has to wait for: told in order with everything else. */
  say(text: StepText, measures?: Measures): void;
  /** Tells progress; the newest wins, and none is kept. */
  tick(text: StepText, measures: Measures): void;
  log: Log;
}

/** What a task that came to its end says. */
export interface TaskEnd {
  text: StepText;
  measures?: Measures;
  result?: TaskResult;
}

/** Something that `max` tasks may use at once. */
export interface Shared {
  name: string;
  max: number;
}

export interface TaskHandler<Task = unknown> {
  schema: z.ZodType<Task>;
  /** Tasks of one lane run one after the other, in their order. */
  lane(task: Task): string;
  /** What it shares with tasks of other lanes, for the first of which there is room; absent when there is room for all. */
  shares?(task: Task): Shared;
  /** What people call it: the name of a file. */
  title(task: Task): string;
  /** True when the person at the agent may pause and stop it. */
  isTransfer?: boolean;
  /** Runs to the end. Run again after a crash, it goes on from where it was. @throws TaskFailure, or the reason of the signal */
  run(task: Task, context: TaskContext): Promise<TaskEnd>;
}

/** Types a handler from its schema. */
export function taskHandler<Task>(handler: TaskHandler<Task>): TaskHandler {
  return handler as TaskHandler;
}

/** An end in error, with the sentence that tells why. */
export class TaskFailure extends Error {
  override name = 'TaskFailure';
  readonly text: StepText;

  constructor(text: StepText) {
    super(text.code);
    this.text = text;
  }
}

export class TaskStopped extends Error {
  override name = 'TaskStopped';
}

/** Another run goes on with it: whatever that can use is kept. */
export class TaskPutOff extends Error {
  override name = 'TaskPutOff';
}

/** The process ends; the next one goes on. */
export class Draining extends TaskPutOff {
  override name = 'Draining';
}

/** Somebody at the agent paused it; it goes on when they say so. */
export class TaskPaused extends TaskPutOff {
  override name = 'TaskPaused';
}
