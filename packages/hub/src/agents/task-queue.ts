// The durable queue of tasks of every agent: rows that go only when the hub has journaled the end of the task.
import { randomBytes } from 'node:crypto';
import type { AgentTask } from '@relevo/protocol';
import { type OpenedDatabase, ProblemError, preparedQuery } from '@relevo/runtime';
import { sql } from 'kysely';
import type { HubDatabase } from '../database/database.ts';
import type { AgentTaskTable, HubSchema } from '../database/schema.ts';
import type { HubTransaction } from '../operations/operation-journal.ts';

export interface NewTask {
  agentId: string;
  /** The operation and step that the task's reports go to. */
  userId: number;
  operationId: string;
  step: string;
  fileId?: string | undefined;
  requestId: string;
  task: AgentTask;
}

export class TaskQueue {
  readonly #database: OpenedDatabase<HubSchema>;
  readonly #db: HubDatabase;
  readonly #max: number;

  /** `max`: tasks that wait for one agent. */
  constructor(database: OpenedDatabase<HubSchema>, max: number) {
    this.#database = database;
    this.#db = database.db;
    this.#max = max;
  }

  /** @throws ProblemError agent_queue_full when one of the agents has no room for another task */
  async checkRoom(agentIds: readonly string[]): Promise<void> {
    for (const agentId of agentIds) {
      const [waiting] = await countWaiting(this.#db, { agentId });
      if (waiting && waiting.count >= this.#max)
        throw new ProblemError('agent_queue_full', `${this.#max} tasks wait for agent ${agentId}`, {
          extra: { agent_id: agentId },
          headers: { 'retry-after': '30' },
        });
    }
  }

  /** Adds tasks inside a transaction, each with the next `seq` of its agent. */
  async add(transaction: HubTransaction, tasks: readonly NewTask[]): Promise<void> {
    const created_at = new Date().toISOString();
    for (const { agentId, userId, operationId, step, fileId, requestId, task } of tasks) {
      const [agent] = await takeNextSeq(transaction, { agentId });
      if (!agent) throw new Error(`there is no agent ${agentId}`);
      await insertTask(transaction, {
        id: randomBytes(12).toString('base64url'),
        agent_id: agentId,
        seq: agent.task_seq,
        user_id: userId,
        operation_id: operationId,
        step,
        file_id: fileId ?? null,
        body: JSON.stringify(task),
        request_id: requestId,
        created_at,
      });
    }
  }

  /** Tasks after `seq` in order, at most `limit`: all of them on the disk, so that no agent has one that the hub may forget. */
  async after(agentId: string, seq: number, limit: number): Promise<AgentTaskTable[]> {
    const rows = await selectAfter(this.#db, { agentId, seq, limit });
    await this.#database.flushed();
    return rows;
  }

  async find(agentId: string, id: string): Promise<AgentTaskTable | undefined> {
    const [task] = await selectTask(this.#db, { agentId, id });
    return task;
  }

  /** The waiting `task.stop`s of an agent up to `seq`. */
  async stopsUpTo(agentId: string, seq: number): Promise<Pick<AgentTaskTable, 'id'>[]> {
    return this.#db
      .selectFrom('agent_task')
      .select('id')
      .where('agent_id', '=', agentId)
      .where('seq', '<=', seq)
      .where(sql<string>`body ->> 'kind'`, '=', 'task.stop')
      .execute();
  }

  async ofAgent(agentId: string): Promise<AgentTaskTable[]> {
    return this.#db.selectFrom('agent_task').selectAll().where('agent_id', '=', agentId).orderBy('seq').execute();
  }

  async ofOperation(userId: number, operationId: string): Promise<AgentTaskTable[]> {
    return this.#db.selectFrom('agent_task').selectAll().where('user_id', '=', userId).where('operation_id', '=', operationId).orderBy('seq').execute();
  }

  async ofFile(fileId: string): Promise<AgentTaskTable[]> {
    return this.#db.selectFrom('agent_task').selectAll().where('file_id', '=', fileId).orderBy('seq').execute();
  }
}

export async function removeTask(transaction: HubTransaction, id: string): Promise<void> {
  await deleteTask(transaction, { id });
}

const countWaiting = preparedQuery((db: HubDatabase, { agentId }: { agentId: string }) =>
  db
    .selectFrom('agent_task')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('agent_id', '=', agentId)
    .compile(),
);

const takeNextSeq = preparedQuery((db: HubDatabase, { agentId }: { agentId: string }) =>
  db
    .updateTable('agent')
    .set((set) => ({ task_seq: set('task_seq', '+', 1) }))
    .where('id', '=', agentId)
    .returning('task_seq')
    .compile(),
);

const insertTask = preparedQuery((db: HubDatabase, task: AgentTaskTable) => db.insertInto('agent_task').values(task).compile());

const selectAfter = preparedQuery((db: HubDatabase, { agentId, seq, limit }: { agentId: string; seq: number; limit: number }) =>
  db.selectFrom('agent_task').selectAll().where('agent_id', '=', agentId).where('seq', '>', seq).orderBy('seq').limit(limit).compile(),
);

const selectTask = preparedQuery((db: HubDatabase, { agentId, id }: { agentId: string; id: string }) =>
  db.selectFrom('agent_task').selectAll().where('agent_id', '=', agentId).where('id', '=', id).compile(),
);

const deleteTask = preparedQuery((db: HubDatabase, { id }: { id: string }) => db.deleteFrom('agent_task').where('id', '=', id).compile());
