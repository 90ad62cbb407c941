// What the local page shows of tasks: those that run, the next ones, and the newest of those that ended.
import type { StepText } from '@relevo/protocol';
import type { Measures } from './task-handler.ts';

export interface TaskView extends Measures {
  task_id: string;
  kind: string;
  /** The name of the file, for tasks about a file. */
  title: string;
  status: 'pending' | 'in_progress' | 'completed' | 'error';
  text: StepText;
  /** The person at the agent may pause and stop it. */
  is_transfer: boolean;
  is_paused: boolean;
  received_at: string;
  updated_at: string;
}

export interface TaskChange {
  status: TaskView['status'];
  text: StepText;
  measures?: Measures | undefined;
  is_paused?: boolean;
}

export interface TaskViews {
  list(): TaskView[];
  add(view: Pick<TaskView, 'task_id' | 'kind' | 'title' | 'text' | 'received_at' | 'is_transfer' | 'is_paused'>): void;
  /** What the view of a task would be after a change; undefined when it is not open. */
  after(taskId: string, change: TaskChange): TaskView | undefined;
  update(taskId: string, change: TaskChange): void;
  /** What ended before this process began, newest first. */
  restore(views: readonly TaskView[]): void;
}

/** At most `shownMax` tasks that wait are shown, and as many that ended. */
export function createTaskViews(shownMax: number, onChange: () => void): TaskViews {
  const open = new Map<string, TaskView>();
  let ended: TaskView[] = [];

  function after(taskId: string, { measures, ...change }: TaskChange): TaskView | undefined {
    const before = open.get(taskId);
    return before && { ...before, ...measures, ...change, updated_at: new Date().toISOString() };
  }

  return {
    list() {
      const shown: TaskView[] = [];
      let waiting = 0;
      for (const view of open.values()) if (view.status !== 'pending' || waiting++ < shownMax) shown.push(view);
      return [...shown, ...ended];
    },
    add(view) {
      open.set(view.task_id, { ...view, status: 'pending', updated_at: view.received_at });
      onChange();
    },
    after,
    update(taskId, change) {
      const view = after(taskId, change);
      if (!view) return;
      if (view.status === 'completed' || view.status === 'error') {
        open.delete(taskId);
        ended = [view, ...ended].slice(0, shownMax);
      } else {
        open.set(taskId, view);
      }
      onChange();
    },
    restore(views) {
      ended = views.slice(0, shownMax);
    },
  };
}
