// After a restart: goes on with every step that was asked for, and shows what was written but not yet shown.
import type { Operation } from '@relevo/progress/engine';
import { isEnded, isSettled } from '@relevo/protocol';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { IspWork } from './isp-work.ts';
import { outdatedSteps, renewTask } from './renew-tasks.ts';
import { keyOf, settleStep, textOf } from './step-rows.ts';
import { stopUnbegun } from './stop-work.ts';

export async function restoreWork(work: IspWork, kinds: ReadonlySet<string>): Promise<void> {
  const { agents, operations } = work.options;
  for (const operation of [...operations.engine.open()]) {
    if (!kinds.has(operation.kind) || isEnded(operation.state)) continue;
    const handedOver = new Set((await agents.queue.ofOperation(operation.userId, operation.id)).map(({ step }) => step));
    for (const row of await work.rows.ofOperation(operation)) {
      if (row.state === 'completed' || row.state === 'error') showEnd(work, operation, row);
      else if (row.state === 'running' && !handedOver.has(row.step)) await takeUp(work, operation, row);
    }
    // The record of a router may have changed right before the hub was killed.
    for (const row of await outdatedSteps(work, operation)) work.soon(operation, () => renewTask(work, row));
    work.end(operation);
    if (operation.stopping) work.soon(operation, () => stopUnbegun(work, operation));
    work.goOn(operation);
  }
  for (const row of await work.rows.open()) if (!operations.engine.find(keyOf(row))) work.goOn(keyOf(row));
  await operations.engine.flush();
}

/** The end of a step is in its row before it is shown, or with it. */
function showEnd(work: IspWork, operation: Operation, row: IspStepTable): void {
  const shown = operation.steps.get(row.step)?.event?.status ?? 'pending';
  if (row.state === 'completed' ? shown !== 'completed' : !isSettled(shown)) {
    work.show(operation, row.step, row.state === 'completed' ? 'completed' : 'error', textOf(row));
  }
}

/** Goes on with a step that no agent has a task of. */
async function takeUp(work: IspWork, operation: Operation, row: IspStepTable): Promise<void> {
  const { operations } = work.options;
  const event = operation.steps.get(row.step)?.event;
  // Taken back from its agent, as by the end of the agent.
  if (event?.status === 'error') {
    const text = { code: event.code ?? 'step.failed', values: { reason: event.message } };
    return operations.engine.commit((transaction) => settleStep(transaction, row, 'error', text));
  }
  work.soon(operation, async () => void (await work.resume(row)));
}
