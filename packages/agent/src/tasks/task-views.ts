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
  received_at: string;
  updated_at: string;
}

export interface TaskViews {
  list(): TaskView[];
  add(view: Pick<TaskView, 'task_id' | 'kind' | 'title' | 'text'>): void;
  update(taskId: string, change: { status: TaskView['status']; text: StepText; measures?: Measures | undefined }): void;
}

/** At most `shownMax` tasks that wait are shown, and as many that ended. */
export function createTaskViews(shownMax: number, onChange: () => void): TaskViews {
  const open = new Map<string, TaskView>();
  let ended: TaskView[] = [];

  return {
    list() {
      const shown: TaskView[] = [];
      let waiting = 0;
      for (const view of open.values()) if (view.status !== 'pending' || waiting++ < shownMax) shown.push(view);
      return [...shown, ...ended];
    },
    add(view) {
      const now = new Date().toISOString();
      open.set(view.task_id, { ...view, status: 'pending', received_at: now, updated_at: now });
      onChange();
    },
    update(taskId, { status, text, measures }) {
      const before = open.get(taskId);
      if (!before) return;
      const view: TaskView = { ...before, ...measures, status, text, updated_at: new Date().toISOString() };
      if (status === 'completed' || status === 'error') {
        open.delete(taskId);
        ended = [view, ...ended].slice(0, shownMax);
      } else {
        open.set(taskId, view);
      }
      onChange();
    },
  };
}
