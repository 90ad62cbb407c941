// Stops what runs on connections and routers: what has not begun is not begun, what an agent has is stopped at its next safe point, and work on
// many connections ends between two of them, not within one.
import type { Operation } from '@relevo/progress/engine';
import { isEnded } from '@relevo/protocol';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { AgentTaskTable } from '../../database/schema.ts';
import type { IspWork } from './isp-work.ts';
import { keyOf, settleStep } from './step-rows.ts';
import { bulkWorks } from './works.ts';

const stopped = { code: 'step.stopped' } as const;

export async function stopWork(work: IspWork, operation: Operation): Promise<void> {
  await work.inTurn(operation, async () => {
    const { agents, operations } = work.options;
    const rows = await work.rows.ofOperation(operation);
    const tasks = await agents.queue.ofOperation(operation.userId, operation.id);
    for (const row of rows) {
      const task = tasks.find(({ step, body }) => step === row.step && !body.includes('"task.stop"'));
      if (row.state === 'queued' || row.state === 'waiting') await settle(work, row);
      else if (row.state === 'running' && task) await stopTask(work, row, task);
    }
    if ((await work.rows.ofOperation(operation)).some(({ state }) => state === 'running') || isEnded(operation.state)) return;
    operations.engine.close(operation, work.said(operation, stopped), 'stopped');
    await operations.engine.commit();
  });
  work.waiters.wake(operation);
}

async function stopTask(work: IspWork, row: IspStepTable, task: AgentTaskTable): Promise<void> {
  const { agents } = work.options;
  if (agents.links.isOnline(task.agent_id)) {
    if (!bulkWorks.includes(row.work)) await agents.work.abort(task, { code: 'step.stopping' }, false);
    return;
  }
  const agent = await agents.store.find(task.agent_id);
  // What the agent cannot have got is taken back. What it may have begun it is told to stop when it returns, and what it then says still counts.
  const neverSent = agent?.last_seen_at == null || task.created_at > agent.last_seen_at;
  await agents.work.abort(task, stopped, neverSent);
  await settle(work, row);
}

async function settle(work: IspWork, row: IspStepTable): Promise<void> {
  work.show(keyOf(row), row.step, 'error', stopped);
  await work.options.operations.engine.commit((transaction) => settleStep(transaction, row, 'error', stopped));
}
