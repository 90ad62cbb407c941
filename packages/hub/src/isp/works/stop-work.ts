// Stops what runs on connections and routers: what has not begun is not begun, what an agent has is stopped at its next safe point, and work on
// many connections ends between two of them, not within one.
import type { Operation, OperationKey } from '@relevo/progress/engine';
import { isEnded } from '@relevo/protocol';
import { wasNeverSent } from '../../agents/never-sent.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { AgentTaskTable } from '../../database/schema.ts';
import type { IspWork } from './isp-work.ts';
import { portionsOf, runningSteps, settleSteps, unbegunSteps } from './open-steps.ts';
import { keyOf, settleStep } from './step-rows.ts';
import { bulkWorks } from './works.ts';

const stopped = { code: 'step.stopped' } as const;

export async function stopWork(work: IspWork, operation: Operation): Promise<void> {
  const { agents, operations, db } = work.options;
  await work.inTurn(operation, async () => {
    const tasks = new Map<string, AgentTaskTable>();
    for (const task of await agents.queue.ofOperation(operation.userId, operation.id)) if (!task.body.includes('"task.stop"')) tasks.set(task.step, task);
    for (const rows of portionsOf(await runningSteps(db, operation))) {
      // Side by side, so that they share their commits.
      await Promise.all(rows.map((row) => stopTask(work, row, tasks.get(row.step))));
    }
    await stopUnbegun(work, operation);
    if ((await runningSteps(db, operation)).length > 0 || isEnded(operation.state)) return;
    operations.engine.close(operation, work.said(operation, stopped), 'stopped');
    await operations.engine.commit();
  });
  work.waiters.wake(operation);
}

/** Ends, in order, the steps that have not begun: some hundreds with one commit, and others have their turn in between. The caller has the turn. */
export async function stopUnbegun(work: IspWork, key: OperationKey): Promise<void> {
  const { operations, db } = work.options;
  for (const steps of await unbegunSteps(db, key)) {
    for (const step of steps) work.show(key, step, 'error', stopped);
    await operations.engine.commit((transaction) => settleSteps(transaction, key, steps, stopped));
  }
}

async function stopTask(work: IspWork, row: IspStepTable, task: AgentTaskTable | undefined): Promise<void> {
  const { agents } = work.options;
  if (!task) return;
  const isInBulk = bulkWorks.includes(row.work);
  if (agents.links.isOnline(task.agent_id)) {
    if (isInBulk) await agents.work.abortUnbegun(task);
    else await agents.work.abort(task, { code: 'step.stopping' }, false);
    return;
  }
  // What the agent cannot have got is taken back. Of the rest it is told when it returns, and what it then says still counts.
  const isUnsent = await wasNeverSent(agents, task);
  if (isInBulk && !isUnsent) await agents.work.abortUnbegun(task);
  else await agents.work.abort(task, stopped, isUnsent);
  await settle(work, row);
}

async function settle(work: IspWork, row: IspStepTable): Promise<void> {
  work.show(keyOf(row), row.step, 'error', stopped);
  await work.options.operations.engine.commit((transaction) => settleStep(transaction, row, 'error', stopped));
}
