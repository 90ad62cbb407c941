// The work a hub can hand to an agent. Tasks outlive both ends: the hub queues them, the agent keeps them in its inbox.
import { z } from 'zod';
import { sha256Schema } from './manifest.ts';
import { routerTaskSchemas } from './router-tasks.ts';

/** Fetch a file of the hub into the agent's folder; idempotent: the same bytes under the same name are already done. */
export const fetchFileTaskSchema = z.object({
  kind: z.literal('file.fetch'),
  file: z.object({
    id: z.string(),
    name: z.string(),
    size: z.number().int().nonnegative(),
    sha256: sha256Schema,
    media_type: z.string(),
  }),
});

/** Delete a file that the agent holds; idempotent: a file that is not there is deleted already. */
export const deleteFileTaskSchema = z.object({ kind: z.literal('file.delete'), name: z.string() });

/** Stop another task at its next safe point, or not at all when `unbegun_only` and it has begun. Not queued behind other work. */
export const stopTaskSchema = z.object({ kind: z.literal('task.stop'), task_id: z.string(), unbegun_only: z.boolean().optional() });

export const agentTaskSchema = z.discriminatedUnion('kind', [fetchFileTaskSchema, deleteFileTaskSchema, stopTaskSchema, ...routerTaskSchemas]);
export type AgentTask = z.infer<typeof agentTaskSchema>;
export type FetchFileTask = z.infer<typeof fetchFileTaskSchema>;
export type DeleteFileTask = z.infer<typeof deleteFileTaskSchema>;
