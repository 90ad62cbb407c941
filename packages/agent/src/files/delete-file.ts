// The task that deletes a file the agent holds; one that is not there is deleted already.
import { type DeleteFileTask, deleteFileTaskSchema } from '@relevo/protocol';
import { TaskFailure, type TaskHandler, taskHandler } from '../tasks/task-handler.ts';
import type { HeldFiles } from './held-files.ts';

export function deleteFile(held: HeldFiles): TaskHandler {
  return taskHandler<DeleteFileTask>({
    schema: deleteFileTaskSchema,
    lane: ({ name }) => `file:${name}`,
    title: ({ name }) => name,
    async run({ name }, { signal, report }) {
      signal.throwIfAborted();
      await report({ code: 'delete.running' });
      try {
        return { text: { code: (await held.remove(name)) ? 'delete.done' : 'delete.already_gone' } };
      } catch (error) {
        throw new TaskFailure({ code: 'delete.failed', values: { reason: (error instanceof Error ? error.message : String(error)).slice(0, 300) } });
      }
    },
  });
}
