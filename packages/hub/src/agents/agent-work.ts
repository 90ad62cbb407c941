// The steps of operations that agents carry out: handing a task to an agent, taking it back, stopping what runs.
import type { Operation } from '@relevo/progress/engine';
import { type AgentTask, isSettled, type StepText } from '@relevo/protocol';
import type { AgentTaskTable } from '../database/schema.ts';
import type { Operations } from '../operations/operations.ts';
import type { AgentLinks } from './agent-links.ts';
import { type NewTask, removeTask, type TaskQueue } from './task-queue.ts';

export class AgentWork {
  readonly #operations: Operations;
  readonly #queue: TaskQueue;
  readonly #links: AgentLinks;

  constructor({ operations, queue, links }: { operations: Operations; queue: TaskQueue; links: AgentLinks }) {
    this.#operations = operations;
    this.#queue = queue;
    this.#links = links;
  }

  /** Hands tasks over, for steps of operations that are open. @throws ProblemError agent_queue_full */
  async add(tasks: readonly NewTask[]): Promise<void> {
    await this.#queue.checkRoom(tasks.map(({ agentId }) => agentId));
    await this.#operations.engine.commit((transaction) => this.#queue.add(transaction, tasks));
    for (const { agentId } of tasks) this.#links.wake(agentId);
  }

  /** Takes back what an agent does not have yet; asks the agents that have it to stop. */
  async stop({ userId, id, steps }: Operation): Promise<void> {
    for (const row of await this.#queue.ofOperation(userId, id)) {
      const status = steps.get(row.step)?.event?.status ?? 'pending';
      if (isSettled(status) || isStop(row)) continue;
      // An agent that is away is told when it returns; nobody has to wait for that.
      await this.abort(row, { code: 'step.stopped' }, !this.#links.isOnline(row.agent_id));
    }
  }

  /** Aborts one task. `settleNow` ends its step at once with `text`; otherwise the agent's own report ends it. */
  async abort(row: AgentTaskTable, text: StepText, settleNow: boolean): Promise<void> {
    const key = { userId: row.user_id, id: row.operation_id };
    if (settleNow) this.#operations.report(key, row.step, { status: 'error', text });
    else this.#operations.report(key, row.step, { status: this.#statusOf(row) ?? 'pending', text: { code: 'step.stopping' } });
    await this.#operations.engine.commit(async (transaction) => {
      if (settleNow) await removeTask(transaction, row.id);
      await this.#queue.add(transaction, [stopOf(row)]);
    });
    this.#links.wake(row.agent_id);
  }

  /** Asks an agent not to begin a task that it has; one that has begun goes on to its end. */
  async abortUnbegun(row: AgentTaskTable): Promise<void> {
    await this.#operations.engine.commit((transaction) => this.#queue.add(transaction, [stopOf(row, { unbegun_only: true })]));
    this.#links.wake(row.agent_id);
  }

  #statusOf(row: AgentTaskTable): 'pending' | 'in_progress' | undefined {
    const status = this.#operations.engine.find({ userId: row.user_id, id: row.operation_id })?.steps.get(row.step)?.event?.status;
    return status === 'pending' || status === 'in_progress' ? status : undefined;
  }
}

function stopOf(row: AgentTaskTable, how: { unbegun_only?: true } = {}): NewTask {
  return {
    agentId: row.agent_id,
    ...{ userId: row.user_id, operationId: row.operation_id, step: row.step },
    requestId: row.request_id,
    task: { kind: 'task.stop', task_id: row.id, ...how },
  };
}

function isStop(row: AgentTaskTable): boolean {
  return (JSON.parse(row.body) as AgentTask).kind === 'task.stop';
}
