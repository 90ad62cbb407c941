// One operation as a page shows it: what the hub keeps, overtaken by what the watcher hears. Pure.

import type { WatchedOperation } from '@relevo/progress/watch';
import { isEnded, type OperationResource, type OperationState, type OperationSummary, type StepEvent, type StepResource } from '@relevo/protocol';

export type ShownStep = Pick<StepEvent, 'step' | 'status' | 'message' | 'progress' | 'timestamp' | 'bytes' | 'total_bytes' | 'rate' | 'eta_ms' | 'code'>;

export interface ShownOperation extends OperationSummary {
  steps: ShownStep[];
}

/** The state of `summary`, or the watcher's when it is newer. */
export function newestState(summary: OperationSummary, live: WatchedOperation | undefined): OperationState {
  return live && live.seq >= summary.seq && live.event ? live.state : summary.state;
}

/** `kept` with what `live` knows better. Steps keep the order in which the hub lists them; new ones follow. */
export function mergeOperation(kept: OperationResource, live: WatchedOperation): ShownOperation {
  const state = newestState(kept, live);
  const steps: ShownStep[] = kept.steps.map((step) => newerStep(step, live));
  for (const step of live.steps) if (!kept.steps.some((known) => known.step === step.step)) steps.push(step);
  return {
    ...kept,
    state,
    title: live.title || kept.title,
    kind: live.kind || kept.kind,
    seq: Math.max(kept.seq, live.seq),
    ended_at: kept.ended_at ?? (isEnded(state) ? (live.event?.timestamp ?? null) : null),
    steps,
  };
}

function newerStep(kept: StepResource, live: WatchedOperation): ShownStep {
  const heard = live.steps.find(({ step }) => step === kept.step);
  return heard && heard.seq >= kept.seq ? heard : kept;
}
