// What a watcher knows of one operation, and how each event changes it: pure, immutable, and never backwards by a repeated event.
import { isEnded, type OperationEvent, type OperationState, type ProgressEvent, type Refusal, type StepEvent } from '@relevo/protocol';

export interface WatchedOperation {
  readonly operation_id: string;
  /** `pending` until the hub says otherwise. */
  readonly state: OperationState;
  readonly kind: string;
  readonly title: string;
  /** The last `seq` seen; 0 while nothing is known. */
  readonly seq: number;
  /** ISO 8601 time of the last event; null while nothing is known. */
  readonly timestamp: string | null;
  /** The newest event of each step, in the order of the steps. */
  readonly steps: readonly StepEvent[];
  /** The newest event of the operation itself. */
  readonly event: OperationEvent | null;
  /** The hub's last refusal about this operation, until an event shows it obsolete. */
  readonly refusal: Refusal | null;
}

export function unknownOperation(operationId: string): WatchedOperation {
  return { operation_id: operationId, state: 'pending', kind: '', title: '', seq: 0, timestamp: null, steps: [], event: null, refusal: null };
}

/**
 * The operation after `event`; the same object when the event brings nothing new.
 *
 * An event whose number was seen is a repetition and changes nothing. A snapshot is the hub's word on where its step stands: it
 * replaces what is known of that step even when its number is lower, which happens when a hub came back from a crash without the
 * last percentages it had shown.
 */
export function applyEvent(operation: WatchedOperation, event: ProgressEvent): WatchedOperation {
  if (!event.snapshot && event.seq <= operation.seq) return operation;
  return 'step' in event ? applyStep(operation, event) : applyState(operation, event);
}

function applyStep(operation: WatchedOperation, event: StepEvent): WatchedOperation {
  const index = operation.steps.findIndex(({ step }) => step === event.step);
  const known = operation.steps[index];
  if (known && known.seq === event.seq) return operation;
  if (!known) return numbered({ ...operation, steps: [...operation.steps, event].sort(byPosition) });
  // Only a snapshot says a step's place: what follows leaves it where it is.
  const placed = event.position === undefined && known.position !== undefined ? { ...event, position: known.position } : event;
  return numbered({ ...operation, steps: operation.steps.with(index, placed) });
}

/** Steps whose place is known in that order; the others stay after them, as they appeared. */
function byPosition(a: StepEvent, b: StepEvent): number {
  if (a.position === undefined || b.position === undefined) return Number(a.position === undefined) - Number(b.position === undefined);
  return a.position - b.position;
}

function applyState(operation: WatchedOperation, event: OperationEvent): WatchedOperation {
  if (operation.event?.seq === event.seq) return operation;
  // The machine has no way back from an end.
  if (!event.snapshot && isEnded(operation.state)) return operation;
  return numbered({ ...operation, event, state: event.state, kind: event.kind, title: event.title });
}

/** Takes number and time from the newest of the events that make up the operation. */
function numbered(operation: WatchedOperation): WatchedOperation {
  let newest: ProgressEvent | null = operation.event;
  for (const step of operation.steps) if (newest === null || step.seq > newest.seq) newest = step;
  return { ...operation, seq: newest?.seq ?? 0, timestamp: newest?.timestamp ?? null, refusal: null };
}

/** What stands for everything known so far, in order, for somebody who joins now. */
export function snapshotEvents(operation: WatchedOperation): ProgressEvent[] {
  const steps = operation.steps.map((event, position): ProgressEvent => ({ ...event, snapshot: true, position }));
  const events: ProgressEvent[] = operation.event ? [...steps, { ...operation.event, snapshot: true }] : steps;
  return events.sort((a, b) => a.seq - b.seq);
}
