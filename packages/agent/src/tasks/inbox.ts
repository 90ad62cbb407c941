// Tasks of the hub, kept until they ended and remembered after: they come at least once, and are done once.
import type { OpenedDatabase } from '@relevo/runtime';
import type { Transaction } from 'kysely';
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
  /** Remembers the result that was last told of a task, for a run that goes on with it. */
  keepTold(trx: Transaction<AgentSchema>, taskId: string, result: object): void;
  /** Writes the end of a task, with what the local page shows of it from then on. */
  end(trx: Transaction<AgentSchema>, taskId: string, view: object | undefined): Promise<void>;
  /** Writes that a stop has come to where it is for: nobody is shown it, and nobody waits for its end. */
  endStop(taskId: string): Promise<void>;
  /** Everything that has not ended, in order. */
  waiting(): Promise<WaitingTask[]>;
  /** Remembers across restarts that `taskId` is to be stopped; false when it is not waiting. */
  requestStop(taskId: string): Promise<boolean>;
  /** Remembers across restarts whether `taskId` is paused; false when it is not waiting. */
  setPaused(taskId: string, isPaused: boolean): Promise<boolean>;
  /** Forgets everything: it came from another hub. */
  clear(): Promise<void>;
}

/** Ends between two looks for tasks that need not be remembered any more. */
const forgetEvery = 64;

/** `endedMax`: tasks that are remembered after their end. */
export function createInbox({ db, connection }: OpenedDatabase<AgentSchema>, endedMax: number): Inbox {
  const insert = connection.query(`
    INSERT INTO inbox (task_id, seq, body, state, stop_requested, request_id, received_at) VALUES (?, ?, ?, 'waiting', 0, ?, ?)
    ON CONFLICT (task_id) DO NOTHING`);
  const setTold = connection.query('UPDATE inbox SET told = ? WHERE task_id = ?');
  const setEnded = connection.query("UPDATE inbox SET state = 'ended', ended_at = ?, view = ?, told = NULL WHERE task_id = ?");
  let ends = 0;

  async function forgetOld(trx: Transaction<AgentSchema>): Promise<void> {
    const kept = trx.selectFrom('inbox').select('seq').where('state', '=', 'ended').orderBy('seq', 'desc').offset(endedMax).limit(1);
    await trx.deleteFrom('inbox').where('state', '=', 'ended').where('seq', '<=', kept).execute();
  }

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
    async take(_trx, messages) {
      const received_at = new Date().toISOString();
      const fresh: WaitingTask[] = [];
      for (const { task_id, seq, task, request_id } of messages) {
        const { changes } = insert.run(task_id, seq, JSON.stringify(task), request_id ?? null, received_at);
        if (changes === 1)
          fresh.push({ taskId: task_id, seq, task, stopRequested: false, isPaused: false, receivedAt: received_at, told: null, requestId: request_id });
      }
      return fresh;
    },
    keepTold(_trx, taskId, result) {
      setTold.run(JSON.stringify(result), taskId);
    },
    async end(trx, taskId, view) {
      setEnded.run(new Date().toISOString(), view ? JSON.stringify(view) : null, taskId);
      ends += 1;
      if (ends % forgetEvery === 0) await forgetOld(trx);
    },
    async endStop(taskId) {
      await db.updateTable('inbox').set({ state: 'ended' }).where('task_id', '=', taskId).execute();
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
