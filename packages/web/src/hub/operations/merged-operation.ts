// One operation as a page shows it: what the hub keeps, overtaken by what the watcher hears. Pure.

import type { WatchedOperation } from '@relevo/progress/watch';
import {
  isEnded,
  type OperationResource,
  type OperationState,
  type OperationSummary,
  type StepEvent,
  type StepResource,
  type StepTextCode,
} from '@relevo/protocol';

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

const stopped: StepTextCode = 'step.stopped';

/** The state of a step as a reader means it: what was stopped on request did not fail. */
export function stateOfStep({ status, code }: Pick<ShownStep, 'status' | 'code'>): OperationState {
  return status === 'error' && code === stopped ? 'stopped' : status;
}

/** How far the whole operation is, 0 to 100, by its bytes where every step tells them, else by the mean of its steps; null when nobody can tell. */
export function overallProgress(state: OperationState, steps: readonly ShownStep[]): number | null {
  if (state === 'completed') return 100;
  if (steps.length === 0) return null;
  const total = steps.reduce((sum, { total_bytes = 0 }) => sum + total_bytes, 0);
  if (total > 0 && steps.every(({ total_bytes }) => total_bytes !== undefined)) {
    return (steps.reduce((sum, { bytes = 0, total_bytes = 0, status }) => sum + (status === 'completed' ? total_bytes : bytes), 0) / total) * 100;
  }
  if (steps.every(({ progress, status }) => progress === null && status === 'in_progress')) return null;
  return steps.reduce((sum, { progress, status }) => sum + (status === 'completed' ? 100 : (progress ?? 0)), 0) / steps.length;
}
