// Ends the steps that wait for a router which cannot be worked with, as after its agent was revoked: some hundreds with one commit, not one by one.
import type { OperationKey } from '@relevo/progress/engine';
import type { StepText } from '@relevo/protocol';
import type { IspWork } from './isp-work.ts';
import { settledAtOnceMax, settleSteps } from './open-steps.ts';

/**
 * `refused`: why one of them could not begin, in words that name no connection. Others that would be told the same are ended with it; what needs
 * no router, or goes to another one by now, stays queued. The caller has the turn.
 */
export async function endRefused(work: IspWork, key: OperationKey, router: number | null, refused: StepText): Promise<void> {
  const { engine } = work.options.operations;
  let after = -1;
  for (;;) {
    const rows = await work.rows.queued(key, router, settledAtOnceMax, after);
    const last = rows.at(-1);
    if (!last || engine.find(key)?.stopping !== false || work.waiters.draining) return;
    after = last.position;
    const refusals = await work.refusalsOf(rows);
    const steps = rows.filter((_, index) => refusals[index]?.code === refused.code).map(({ step }) => step);
    if (steps.length === 0) continue;
    for (const step of steps) work.show(key, step, 'error', refused);
    await engine.commit((transaction) => settleSteps(transaction, key, steps, refused));
    work.waiters.wake(key);
  }
}
