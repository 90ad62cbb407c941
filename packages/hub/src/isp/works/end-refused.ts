// Ends the steps that wait for a router which cannot be worked with, as after its agent was revoked: some hundreds with one commit, not one by one.
import type { OperationKey } from '@relevo/progress/engine';
import type { StepText } from '@relevo/protocol';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { Operations } from '../../operations/operations.ts';
import { settledAtOnceMax, settleSteps } from './open-steps.ts';
import type { SaidText, StepRows } from './step-rows.ts';
import type { Waiters } from './waiters.ts';

/** What is needed of the work. */
interface RefusingWork {
  options: { operations: Pick<Operations, 'engine'> };
  rows: Pick<StepRows, 'queued'>;
  waiters: Pick<Waiters, 'draining' | 'wake'>;
  refusalsOf(rows: readonly IspStepTable[]): Promise<(StepText | undefined)[]>;
  show(key: OperationKey, step: string, status: 'error', text: SaidText): void;
}

/**
 * `refused`: why one of them could not begin, in words that name no connection. Others that would be told the same are ended with it; what needs
 * no router, or goes to another one by now, stays queued. The caller has the turn.
 */
export async function endRefused(work: RefusingWork, key: OperationKey, router: number | null, refused: StepText): Promise<void> {
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
