// Tasks of the hub, kept until they ended and remembered after: they come at least once, and are done once.
import type { Transaction } from 'kysely';
import type { AgentDatabase } from '../database/database.ts';
import type { AgentSchema } from '../database/schema.ts';
import type { HubMessage } from '../hub-link/hub-socket.ts';

export type TaskMessage = Extract<HubMessage, { type: 'task' }>;

export interface WaitingTask {
  taskId: string;
  seq: number;
  task: { kind: string; [member: string]: unknown };
  stopRequested: boolean;
  isPaused: boolean;
  receivedAt: string;
  /** The result that was last told of it, as JSON. */
  told: string | null;
  /** The request on the hub that asked for it. */
  requestId?: string | undefined;
}

export interface Inbox {
  /** The last `seq` that was written; 0 when none ever was. */
  receivedSeq(): Promise<number>;
  /** Writes tasks; resolves to those that are new, in order. */
  take(trx: Transaction<AgentSchema>, messages: readonly TaskMessage[]): Promise<WaitingTask[]>;
  /** Everything that has not ended, in order. */
  waiting(): Promise<WaitingTask[]>;
  /** Remembers across restarts that `taskId` is to be stopped; false when it is not waiting. */
  requestStop(taskId: string): Promise<boolean>;
  /** Remembers across restarts whether `taskId` is paused; false when it is not waiting. */
  setPaused(taskId: string, isPaused: boolean): Promise<boolean>;
  /** Forgets everything: it came from another hub. */
  clear(): Promise<void>;
}

export function createInbox(db: AgentDatabase): Inbox {
  async function mark(taskId: string, change: { stop_requested: number } | { paused: number }): Promise<boolean> {
    const { numUpdatedRows } = await db.updateTable('inbox').set(change).where('task_id', '=', taskId).where('state', '=', 'waiting').executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  return {
    async receivedSeq() {
      const row = await db
        .selectFrom('inbox')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .executeTakeFirst();
      return row?.seq ?? 0;
    },
    async take(trx, messages) {
      const received_at = new Date().toISOString();
      const fresh: WaitingTask[] = [];
      for (const { task_id, seq, task, request_id } of messages) {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('inbox')
          .values({
            task_id,
            seq,
            body: JSON.stringify(task),
            state: 'waiting',
            stop_requested: 0,
            request_id: request_id ?? null,
            received_at,
            ended_at: null,
            view: null,
            told: null,
          })
          .onConflict((conflict) => conflict.column('task_id').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n)
          fresh.push({ taskId: task_id, seq, task, stopRequested: false, isPaused: false, receivedAt: received_at, told: null, requestId: request_id });
      }
      return fresh;
    },
    async waiting() {
      const rows = await db.selectFrom('inbox').selectAll().where('state', '=', 'waiting').orderBy('seq').execute();
      return rows.map((row) => ({
        taskId: row.task_id,
        seq: row.seq,
        task: JSON.parse(row.body) as WaitingTask['task'],
        stopRequested: row.stop_requested === 1,
        isPaused: row.paused === 1,
        receivedAt: row.received_at,
        told: row.told,
        requestId: row.request_id ?? undefined,
      }));
    },
    requestStop: (taskId) => mark(taskId, { stop_requested: 1 }),
    setPaused: (taskId, isPaused) => mark(taskId, { paused: Number(isPaused) }),
    async clear() {
      await db.deleteFrom('inbox').execute();
    },
  };
}
