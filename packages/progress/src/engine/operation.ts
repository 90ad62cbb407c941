// One operation in memory, and the single function that changes it: every transition goes through `apply`, which holds the
// table of legal transitions, counts `seq` and makes the event once. Pure: no clock, no timer, no socket.
import {
  isEnded,
  isSettled,
  isStepEvent,
  type OperationEvent,
  type OperationState,
  type OperationSummary,
  operationTransitions,
  type ProgressEvent,
  type StepEvent,
  type StepStatus,
  stepTransitions,
  type TransferBound,
} from '@relevo/protocol';

/** Operation ids belong to their owner: the pair is the key. */
export interface OperationKey {
  userId: number;
  id: string;
}

/** What carries the work: `hub` ends with the process, `agent` and `reporter` outlive it, `none` was only registered. */
export type Carrier = 'none' | 'hub' | 'agent' | 'reporter';

export interface Step {
  step: string;
  position: number;
  /** The newest event; undefined between its declaration and the first `apply`. */
  event: StepEvent | undefined;
  startedAt: string | undefined;
  endedAt: string | undefined;
  /** What progress may not fall below while the step is in progress. */
  floor: number;
}

export interface Operation extends OperationKey {
  kind: string;
  title: string;
  carrier: Carrier;
  language: string;
  /** What was asked, as text: tells a repeated request from another one under the same id. */
  request: string;
  /** True when the operation ends by itself once every step is settled; false when it ends when told. */
  endsWithSteps: boolean;
  /** The request that began it, when there was one: it stands in every log line of the work. */
  requestId?: string | undefined;
  state: OperationState;
  seq: number;
  /** Somebody asked it to stop. */
  stopping: boolean;
  createdAt: string;
  startedAt: string | undefined;
  endedAt: string | undefined;
  /** The newest event of the operation itself. */
  event: OperationEvent | undefined;
  steps: Map<string, Step>;
  /** The last of the steps that were unsettled when all were looked at: while it is, the others need not be looked at again. */
  lastUnsettled?: Step | undefined;
}

export interface Measures {
  bytes?: number | undefined;
  total_bytes?: number | undefined;
  rate?: number | undefined;
  eta_ms?: number | undefined;
  bound_by?: TransferBound | undefined;
}

/** What a step says: the sentence for people, and what it says for programs. */
export interface Said {
  message: string;
  code?: string | undefined;
  /** What the sentence of `code` takes, where it may have to be said in another language. */
  values?: Record<string, string | number> | undefined;
}

export interface StepChange extends Measures, Said {
  status: StepStatus;
  /** Per cent; absent keeps what it was, null says that nobody can tell. */
  progress?: number | null | undefined;
  /** Never coalesced, though it says nothing new by its `code`: the same of another thing, say. */
  lossless?: boolean | undefined;
}

export type Change =
  /** Shows the operation and those of its steps that have no event yet. */
  | { type: 'announce'; said: ReadonlyMap<string, Said> }
  | { type: 'step'; step: string; change: StepChange }
  /** Says again where the operation stands, so that its numbers go on from a new one. */
  | { type: 'resume' }
  | { type: 'end'; state: Extract<OperationState, 'completed' | 'error' | 'stopped'>; said?: Said | undefined };

/** A change that the table of transitions does not have. */
export class IllegalTransition extends Error {
  override name = 'IllegalTransition';
}

/** The longest message that is kept of a step, in UTF-16 units. */
export const messageMaxLength = 1000;

/** Changes `operation` and returns the events it made, in order. @throws IllegalTransition and changes nothing. */
export function apply(operation: Operation, change: Change, at: string): ProgressEvent[] {
  if (isEnded(operation.state)) throw new IllegalTransition(`the operation has ended (${operation.state})`);
  switch (change.type) {
    case 'announce':
      return announce(operation, change.said, at);
    case 'step': {
      const events = changeStep(operation, change.step, change.change, at);
      if (isSettled(change.change.status)) settle(operation, at, events);
      return events;
    }
    case 'resume':
      return [operationEvent(operation, at)];
    case 'end':
      return [changeState(operation, change.state, at, change.said)];
  }
}

/**
 * True when the newest of this event's kind makes it worthless: it may be coalesced. Everything else is lossless, another thing said (by its
 * code) included.
 */
export function isTick(operation: Operation, step: string, { status, code, lossless }: StepChange): boolean {
  if (lossless) return false;
  const before = operation.steps.get(step)?.event;
  return status === 'in_progress' && before?.status === 'in_progress' && (code === undefined || code === before.code);
}

/**
 * The operation as it will be when the ticks of `held`, by step, are shown; until then they have the numbers of the events that were. It is
 * for somebody's eyes: below what it says no percentage falls any more.
 */
export function withHeld(operation: Operation, held: ReadonlyMap<string, StepChange>): Operation {
  const steps = new Map(operation.steps);
  for (const [name, change] of held) {
    const step = steps.get(name);
    if (step?.event) steps.set(name, { ...step, event: stepEvent(operation, step, change, step.event.timestamp, step.event.seq) });
  }
  return { ...operation, steps };
}

function announce(operation: Operation, said: ReadonlyMap<string, Said>, at: string): ProgressEvent[] {
  const events: ProgressEvent[] = [operationEvent(operation, at)];
  for (const step of operation.steps.values()) {
    if (step.event) continue;
    step.event = stepEvent(operation, step, { message: '', ...said.get(step.step), status: 'pending' }, at);
    events.push(step.event);
  }
  return events;
}

function changeStep(operation: Operation, name: string, change: StepChange, at: string): ProgressEvent[] {
  const step = operation.steps.get(name) ?? newStep(name, operation.steps.size);
  const before = step.event?.status ?? 'pending';
  if (!stepTransitions[before].includes(change.status)) throw new IllegalTransition(`a step cannot go from ${before} to ${change.status}`);
  operation.steps.set(name, step);
  const events: ProgressEvent[] = [];
  if (operation.state === 'pending' && change.status !== 'pending') events.push(changeState(operation, 'in_progress', at));
  if (before !== 'in_progress') step.floor = 0;
  if (change.status === 'in_progress' && before !== 'in_progress') {
    step.startedAt ??= at;
    step.endedAt = undefined;
  }
  if (isSettled(change.status)) step.endedAt = at;
  step.event = stepEvent(operation, step, change, at);
  events.push(step.event);
  return events;
}

/** Ends an operation that ends with its steps once all of them are settled, and adds that to `events`. */
function settle(operation: Operation, at: string, events: ProgressEvent[]): void {
  const outcome = operation.endsWithSteps ? outcomeOf(operation) : undefined;
  if (outcome !== undefined) events.push(changeState(operation, outcome, at));
}

/** How the operation ends by its steps: undefined while one of them is unsettled or there is none. */
export function outcomeOf(operation: Operation): 'completed' | 'error' | 'stopped' | undefined {
  const { steps, lastUnsettled } = operation;
  if (steps.size === 0 || (lastUnsettled && !isSettled(statusOf(lastUnsettled)))) return undefined;
  operation.lastUnsettled = undefined;
  let hasFailed = false;
  for (const step of steps.values()) {
    const status = statusOf(step);
    if (!isSettled(status)) operation.lastUnsettled = step;
    hasFailed ||= status === 'error';
  }
  if (operation.lastUnsettled) return undefined;
  if (!hasFailed) return 'completed';
  return operation.stopping ? 'stopped' : 'error';
}

function statusOf({ event }: Step): StepStatus {
  return event?.status ?? 'pending';
}

function changeState(operation: Operation, state: OperationState, at: string, said?: Said): OperationEvent {
  if (!operationTransitions[operation.state].includes(state)) throw new IllegalTransition(`an operation cannot go from ${operation.state} to ${state}`);
  operation.state = state;
  if (state === 'in_progress') operation.startedAt = at;
  if (isEnded(state)) operation.endedAt = at;
  return operationEvent(operation, at, said);
}

function operationEvent(operation: Operation, at: string, { message, code }: Said = { message: '' }): OperationEvent {
  operation.event = {
    type: 'operation',
    operation_id: operation.id,
    state: operation.state,
    seq: nextSeq(operation),
    timestamp: at,
    kind: operation.kind,
    title: operation.title,
    ...(message !== '' && { message: message.slice(0, messageMaxLength), ...(code !== undefined && { code }) }),
  };
  return operation.event;
}

function stepEvent(operation: Operation, step: Step, change: StepChange, at: string, seq = nextSeq(operation)): StepEvent {
  const event: StepEvent = {
    operation_id: operation.id,
    step: step.step,
    status: change.status,
    message: change.message.slice(0, messageMaxLength),
    progress: progressOf(step, change),
    timestamp: at,
    seq,
  };
  if (change.bytes !== undefined) event.bytes = change.bytes;
  if (change.total_bytes !== undefined) event.total_bytes = change.total_bytes;
  if (change.rate !== undefined) event.rate = change.rate;
  if (change.eta_ms !== undefined) event.eta_ms = change.eta_ms;
  if (change.bound_by !== undefined) event.bound_by = change.bound_by;
  if (change.code !== undefined) event.code = change.code;
  if (change.values !== undefined) event.values = change.values;
  return event;
}

// "progress 0–100 or null, never falling while a step is in_progress, 100 with completed, 0 with error" (docs/PROTOCOL.md).
function progressOf(step: Step, change: StepChange): number | null {
  if (change.status === 'completed') return 100;
  if (change.status === 'error' || change.status === 'pending') return 0;
  if (change.progress === null) return null;
  const told = change.progress ?? (step.event?.status === 'in_progress' ? step.event.progress : 0);
  if (told === null) return null;
  step.floor = Math.max(step.floor, Math.min(100, Math.max(0, told)));
  return step.floor;
}

function nextSeq(operation: Operation): number {
  operation.seq += 1;
  return operation.seq;
}

export function newStep(step: string, position: number): Step {
  return { step, position, event: undefined, startedAt: undefined, endedAt: undefined, floor: 0 };
}

/**
 * The newest event of every step (in the order of the steps) and of the operation, oldest first: together they stand for all numbers up to
 * the last one's `seq`. Each step says its place, which the order of numbers does not tell.
 */
export function snapshotOf(events: Iterable<ProgressEvent | undefined>): ProgressEvent[] {
  let position = 0;
  return [...events]
    .filter((event) => event !== undefined)
    .map((event): ProgressEvent => {
      if (!isStepEvent(event)) return { ...event, snapshot: true };
      position += 1;
      return { ...event, snapshot: true, position: position - 1 };
    })
    .sort((a, b) => a.seq - b.seq);
}

/** What a list says of an operation. */
export function summaryOf({ id, userId, kind, title, state, seq, createdAt, startedAt, endedAt }: Operation): OperationSummary {
  return {
    operation_id: id,
    user_id: userId,
    kind,
    title,
    state,
    seq,
    created_at: createdAt,
    started_at: startedAt ?? null,
    ended_at: endedAt ?? null,
  };
}
