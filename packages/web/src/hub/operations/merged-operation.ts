// One operation as a page shows it: what the hub keeps, overtaken by what the watcher hears. Pure.

import { stateOfStep, type WatchedOperation } from '@relevo/progress/watch';
import {
  isEnded,
  isSettled,
  type OperationResource,
  type OperationState,
  type OperationSummary,
  type StepEvent,
  type StepResource,
  type TransferBound,
} from '@relevo/protocol';

export type ShownStep = Pick<
  StepEvent,
  'step' | 'status' | 'message' | 'progress' | 'timestamp' | 'bytes' | 'total_bytes' | 'rate' | 'eta_ms' | 'bound_by' | 'code' | 'seq'
> & {
  /** ISO 8601; null when it has not, or when that is not known yet. */
  started_at: string | null;
  ended_at: string | null;
  /** What it is about, where the hub knows. */
  title?: string | undefined;
};

export interface ShownOperation extends OperationSummary {
  steps: ShownStep[];
  /** Why it ended, when it was ended rather than finished. */
  message: string | undefined;
}

/** The state of `summary`, or the watcher's when it is newer. */
export function newestState(summary: OperationSummary, live: WatchedOperation | undefined): OperationState {
  return live && live.seq >= summary.seq && live.event ? live.state : summary.state;
}

/** `kept` with what `live` knows better. Steps keep the order in which the hub lists them; new ones follow. */
export function mergeOperation(kept: OperationResource, live: WatchedOperation): ShownOperation {
  const state = newestState(kept, live);
  const heard = new Map(live.steps.map((step) => [step.step, step]));
  const steps: ShownStep[] = kept.steps.map((step) => newerStep(step, heard.get(step.step)));
  const known = new Set(kept.steps.map(({ step }) => step));
  for (const step of live.steps) if (!known.has(step.step)) steps.push(newerStep({ ...step, seq: 0, started_at: null, ended_at: null }, step));
  return {
    ...kept,
    state,
    title: live.title || kept.title,
    kind: live.kind || kept.kind,
    seq: Math.max(kept.seq, live.seq),
    message: live.event?.message ?? kept.message,
    ended_at: kept.ended_at ?? (isEnded(state) ? (live.event?.timestamp ?? null) : null),
    steps,
  };
}

/** The times of a step come from the hub; until it was asked again, an end is when the watcher heard of it. */
function newerStep(kept: StepResource, heard: StepEvent | undefined): ShownStep {
  if (!heard || heard.seq < kept.seq) return kept;
  const isOver = isSettled(heard.status);
  return {
    ...heard,
    ...(kept.title !== undefined && { title: kept.title }),
    started_at: kept.started_at ?? (heard.status === 'in_progress' ? heard.timestamp : null),
    ended_at: isOver ? (isSettled(kept.status) ? kept.ended_at : heard.timestamp) : null,
  };
}

/** How much and how fast several steps move together, how long the slowest of them still takes, and what bounds most of them. */
export function measuresOf(steps: readonly Pick<StepEvent, 'status' | 'bytes' | 'total_bytes' | 'rate' | 'eta_ms' | 'bound_by'>[]) {
  let bytes: number | undefined;
  let total_bytes: number | undefined;
  let rate: number | undefined;
  let eta_ms: number | undefined;
  const bounds = new Map<TransferBound, number>();
  let isTotalKnown = true;
  for (const step of steps) {
    if (step.total_bytes === undefined) isTotalKnown = false;
    else total_bytes = (total_bytes ?? 0) + step.total_bytes;
    if (step.bytes !== undefined) bytes = (bytes ?? 0) + step.bytes;
    if (step.status !== 'in_progress') continue;
    if (step.rate !== undefined) rate = (rate ?? 0) + step.rate;
    if (step.eta_ms !== undefined) eta_ms = Math.max(eta_ms ?? 0, step.eta_ms);
    if (step.bound_by !== undefined) bounds.set(step.bound_by, (bounds.get(step.bound_by) ?? 0) + 1);
  }
  const [bound_by] = [...bounds].reduce<[TransferBound | undefined, number]>((most, each) => (each[1] > most[1] ? each : most), [undefined, 0]);
  return { bytes, total_bytes: isTotalKnown ? total_bytes : undefined, rate, eta_ms, bound_by };
}

/** Steps by how they stand, as a reader means it. */
export function countStates(steps: readonly Pick<StepEvent, 'status' | 'code'>[]): Record<OperationState, number> {
  const counts = { pending: 0, in_progress: 0, completed: 0, error: 0, stopped: 0 };
  for (const step of steps) counts[stateOfStep(step)] += 1;
  return counts;
}
