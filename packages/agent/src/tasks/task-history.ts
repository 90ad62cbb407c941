// What ended on this agent, newest first: kept with the inbox, as many tasks as it remembers.
import { ProblemError } from '@relevo/runtime';
import { z } from 'zod';
import type { AgentDatabase } from '../database/database.ts';
import type { TaskView } from './task-views.ts';

export interface TaskHistory {
  /** Tasks that ended before `cursor`, at most `limit`. @throws ProblemError invalid_request for a cursor of another list */
  page(cursor: string | undefined, limit: number): Promise<{ tasks: TaskView[]; next_cursor: string | null }>;
}

const positionSchema = z.tuple([z.string(), z.string()]);

export function createTaskHistory(db: AgentDatabase): TaskHistory {
  return {
    async page(cursor, limit) {
      let query = db
        .selectFrom('inbox')
        .select(['task_id', 'ended_at', 'view'])
        .where('view', 'is not', null)
        .orderBy('ended_at', 'desc')
        .orderBy('task_id', 'desc')
        .limit(limit);
      if (cursor !== undefined) {
        const [endedAt, taskId] = positionOf(cursor);
        query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('ended_at', 'task_id'), '<', tuple(endedAt, taskId)));
      }
      const rows = await query.execute();
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return {
        tasks: rows.map((row) => JSON.parse(row.view ?? '') as TaskView),
        next_cursor: last ? Buffer.from(JSON.stringify([last.ended_at, last.task_id])).toString('base64url') : null,
      };
    },
  };
}

function positionOf(cursor: string): [string, string] {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new ProblemError('invalid_request', 'cursor: not one of this list');
  }
}
