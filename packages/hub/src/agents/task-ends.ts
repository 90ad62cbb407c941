// What ended on each agent: the history that its page shows.
import type { AgentTaskEnd, Language, TaskReport } from '@relevo/protocol';
import { renderStepText } from '@relevo/protocol';
import { preparedQuery } from '@relevo/runtime';
import type { Insertable } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { AgentTaskEndTable } from '../database/schema.ts';
import type { HubTransaction } from '../operations/operation-journal.ts';
import type { TaskTarget } from './task-listeners.ts';

export interface TaskEndFilter {
  /** Whose work; everybody's when absent. */
  userId?: number | undefined;
  /** Ends with a smaller id. */
  before?: number | undefined;
  limit: number;
  language: Language;
}

/** Ends between two looks for old ones. */
const purgeEvery = 64;

export class TaskEnds {
  readonly #db: HubDatabase;
  readonly #max: number;

  /** `max`: ends remembered of each agent. */
  constructor(db: HubDatabase, max: number) {
    this.#db = db;
    this.#max = max;
  }

  /** Written in the transaction that journals the end. */
  async record(transaction: HubTransaction, target: TaskTarget, { status, text }: Pick<TaskReport, 'status' | 'text'>): Promise<void> {
    const { agentId, userId, operationId, step, kind, subject } = target;
    const row = {
      agent_id: agentId,
      user_id: userId,
      operation_id: operationId,
      step,
      kind,
      status,
      text: JSON.stringify(text),
      subject,
      ended_at: new Date().toISOString(),
    };
    const [written] = await insertEnd(transaction, row);
    if (!written || written.id % purgeEvery !== 0) return;
    const kept = transaction.selectFrom('agent_task_end').select('id').where('agent_id', '=', agentId).orderBy('id', 'desc').offset(this.#max).limit(1);
    await transaction.deleteFrom('agent_task_end').where('agent_id', '=', agentId).where('id', '<=', kept).execute();
  }

  /** Newest first, with the title of the operation while that is kept. */
  async list(agentId: string, { userId, before, limit, language }: TaskEndFilter): Promise<AgentTaskEnd[]> {
    let query = this.#db
      .selectFrom('agent_task_end as task')
      .leftJoin('operation', (join) => join.onRef('operation.user_id', '=', 'task.user_id').onRef('operation.id', '=', 'task.operation_id'))
      .select([
        'task.id',
        'task.user_id',
        'task.operation_id',
        'task.step',
        'task.kind',
        'task.status',
        'task.text',
        'task.subject',
        'task.ended_at',
        'operation.title',
      ])
      .where('task.agent_id', '=', agentId)
      .orderBy('task.id', 'desc')
      .limit(limit);
    if (userId !== undefined) query = query.where('task.user_id', '=', userId);
    if (before !== undefined) query = query.where('task.id', '<', before);
    return (await query.execute()).map(({ text, title, status, ...row }) => ({
      ...row,
      status: status === 'completed' ? 'completed' : 'error',
      title: title ?? '',
      message: renderStepText(JSON.parse(text) as TaskReport['text'], language),
    }));
  }
}

const insertEnd = preparedQuery((db: HubDatabase, end: Insertable<AgentTaskEndTable>) => db.insertInto('agent_task_end').values(end).returning('id').compile());
