// The operation engine: registers operations, takes reports, coalesces ticks at the source, journals before it shows, and
// brings watchers up to date. One instance is the one source of events of its process.
import { isEnded, isSettled, isStepEvent, type ProgressEvent } from '@relevo/protocol';
import { type Applied, GroupCommit } from './group-commit.ts';
import { HeldTicks, type TickTimes } from './held-ticks.ts';
import type { Alongside, Journal, Published } from './journal.ts';
import {
  apply,
  type Carrier,
  type Change,
  IllegalTransition,
  isTick,
  newStep,
  type Operation,
  type OperationKey,
  outcomeOf,
  type Said,
  type StepChange,
  withHeld,
} from './operation.ts';
import { Replay } from './replay.ts';
import { operationTopic } from './topics.ts';

export interface EngineLimits {
  /** Least time between two ticks of one step, milliseconds. */
  tickIntervalMs: number;
  /** Events of one open operation held for replay. */
  replayMax: number;
  /** Operations one user may have open. */
  operationsPerUserMax: number;
  /** Steps of one operation. */
  stepsMax: number;
  /** Pause before a failed commit is tried again, milliseconds. */
  commitRetryMs: number;
}

export const engineDefaults: EngineLimits = { tickIntervalMs: 50, replayMax: 256, operationsPerUserMax: 10_000, stepsMax: 10_000, commitRetryMs: 500 };

export interface EngineOptions<Transaction> {
  journal: Journal<Transaction>;
  /** Called with what was just journaled, in order. */
  publish(batch: readonly Published[]): void;
  limits?: Partial<EngineLimits>;
  /** Milliseconds since 1970; a test passes its own. */
  now?: () => number;
  /** Told of an operation that was given its work, before that is journaled. */
  onBegun?: (operation: Operation) => void;
  /** Told of an operation that ended and leaves memory, with what it showed. */
  onEnded?: (operation: Operation, shown: Replay) => void;
  /** Told when a commit failed; the engine keeps the batch and tries again. */
  onCommitError?: (error: unknown) => void;
}

export interface OperationSpec {
  kind: string;
  title: string;
  carrier: Carrier;
  language: string;
  request: string;
  endsWithSteps: boolean;
  requestId?: string | undefined;
  /** Declared steps in order, each with what it says while pending. */
  steps: readonly ({ step: string } & Said)[];
}

export type RefusalReason = 'operation_id_in_use' | 'operation_ended' | 'too_many_operations' | 'too_many_steps' | 'illegal_transition' | 'not_found';

/** A report or registration that the engine does not take. */
export class EngineRefusal extends Error {
  override name = 'EngineRefusal';
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** An open operation with what the engine keeps beside it. */
interface Entry extends TickTimes {
  operation: Operation;
  topic: string;
  replay: Replay;
}

export class OperationEngine<Transaction = unknown> {
  readonly #publish: (batch: readonly Published[]) => void;
  readonly #limits: EngineLimits;
  readonly #now: () => number;
  readonly #onBegun: (operation: Operation) => void;
  readonly #onEnded: (operation: Operation, shown: Replay) => void;
  /** By user and operation id. */
  readonly #entries = new Map<number, Map<string, Entry>>();
  #size = 0;
  readonly #ticks: HeldTicks<Entry>;
  readonly #commits: GroupCommit<Transaction, Entry>;
  #timestampOf = Number.NaN;
  #timestampText = '';

  constructor(options: EngineOptions<Transaction>) {
    this.#publish = options.publish;
    this.#limits = { ...engineDefaults, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#onBegun = options.onBegun ?? (() => {});
    this.#onEnded = options.onEnded ?? (() => {});
    this.#ticks = new HeldTicks({
      intervalMs: this.#limits.tickIntervalMs,
      now: this.#now,
      release: (entry, step, change) => this.#release(entry, step, change),
    });
    this.#commits = new GroupCommit({
      journal: options.journal,
      retryMs: this.#limits.commitRetryMs,
      onError: options.onCommitError ?? (() => {}),
      onJournaled: (applied, published) => this.#show(applied, published),
    });
  }

  /** Open operations, ended but uncommitted ones included. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes over an operation that was open when the journal was last written. When numbers may have been shown that the journal lost, `lost` is
   * more than those can be: the operation goes on above them, so that none stands for two events.
   */
  restore(operation: Operation, { lost = 0 } = {}): void {
    const entry = this.#add(operation);
    if (operation.event) entry.replay.restore(operation.event);
    for (const { event } of operation.steps.values()) if (event) entry.replay.restore(event);
    if (lost === 0) return;
    operation.seq += lost;
    this.#apply(entry, { type: 'resume' });
  }

  find(key: OperationKey): Operation | undefined {
    return this.#find(key)?.operation;
  }

  /** An open operation as it was told last, with the percentages that are held back from watchers for a moment: for whoever asks once. */
  told(key: OperationKey): Operation | undefined {
    const entry = this.#find(key);
    return entry && (entry.held.size === 0 ? entry.operation : withHeld(entry.operation, entry.held));
  }

  openOf(userId: number): Operation[] {
    return [...(this.#entries.get(userId)?.values() ?? [])].map((entry) => entry.operation);
  }

  *open(): Iterable<Operation> {
    for (const entries of this.#entries.values()) for (const entry of entries.values()) yield entry.operation;
  }

  /**
   * Makes a new operation, or gives an id that was only registered (by a watcher that came first) its work.
   * The caller has made sure that no ended operation has this id. `alongside` is committed with it.
   * @throws EngineRefusal when the id stands for other work or a limit is reached
   */
  register(key: OperationKey, spec: OperationSpec, alongside?: Alongside<Transaction>): Operation {
    const known = this.#find(key);
    if (known && known.operation.carrier !== 'none') throw new EngineRefusal('operation_id_in_use', `operation ${key.id} stands for other work`);
    if (known && isEnded(known.operation.state)) throw new EngineRefusal('operation_ended', `operation ${key.id} has ended`);
    if (spec.steps.length > this.#limits.stepsMax) throw new EngineRefusal('too_many_steps', `an operation has at most ${this.#limits.stepsMax} steps`);
    const entry = known ?? this.#add(this.#newOperation(key));
    const { operation } = entry;
    Object.assign(operation, {
      kind: spec.kind,
      title: spec.title,
      carrier: spec.carrier,
      language: spec.language,
      request: spec.request,
      endsWithSteps: spec.endsWithSteps,
      requestId: spec.requestId,
    });
    for (const { step } of spec.steps) if (!operation.steps.has(step)) operation.steps.set(step, newStep(step, operation.steps.size));
    this.#apply(entry, { type: 'announce', said: new Map(spec.steps.map(({ step, ...said }) => [step, said])) });
    if (alongside) this.#commits.alongside(alongside);
    if (spec.carrier !== 'none') this.#onBegun(operation);
    return operation;
  }

  /** Registers an id that somebody watches before its work begins. */
  registerUnused(key: OperationKey, language: string): Operation {
    return this.register(key, { kind: '', title: '', carrier: 'none', language, request: '', endsWithSteps: false, steps: [] });
  }

  /**
   * Changes a step. A percentage in between may be coalesced with the next one; every other change is shown.
   * @throws EngineRefusal when there is no such open operation or the table of transitions forbids the change
   */
  report(key: OperationKey, step: string, change: StepChange): void {
    const entry = this.#openEntry(key);
    if (!entry.operation.steps.has(step) && entry.operation.steps.size >= this.#limits.stepsMax) {
      throw new EngineRefusal('too_many_steps', `an operation has at most ${this.#limits.stepsMax} steps`);
    }
    const now = this.#now();
    if (isTick(entry.operation, step, change) && this.#ticks.isTooSoon(entry, step, now)) return this.#ticks.hold(entry, step, change);
    this.#ticks.shown(entry, step, now);
    this.#apply(entry, { type: 'step', step, change }, now);
  }

  /** Ends an operation that ends when told; `said` is why, when it does not end by itself. @throws EngineRefusal as `report` */
  end(key: OperationKey, state: 'completed' | 'error' | 'stopped', said?: Said): void {
    const entry = this.#openEntry(key);
    this.#ticks.releaseAll([entry]);
    this.#apply(entry, { type: 'end', state, said });
  }

  /** Notes that the operation shall stop; whoever carries it settles its steps. */
  markStopping(key: OperationKey): void {
    this.#openEntry(key).operation.stopping = true;
  }

  /** Closes an operation on which nothing runs: unsettled steps end with what is `said`, the operation with `state` unless all its steps completed. */
  close(key: OperationKey, said: Said, state: 'error' | 'stopped'): void {
    const { operation } = this.#openEntry(key);
    if (state === 'stopped') operation.stopping = true;
    for (const step of [...operation.steps.values()]) {
      if (!isSettled(step.event?.status ?? 'pending')) this.report(key, step.step, { status: 'error', ...said });
    }
    if (isEnded(operation.state)) return;
    const outcome = outcomeOf(operation) ?? state;
    this.end(key, outcome, outcome === 'completed' ? undefined : said);
  }

  /** The newest state of every step of an open operation, as messages that stand in for whatever a watcher missed. */
  snapshot(key: OperationKey): ProgressEvent[] | undefined {
    return this.#find(key)?.replay.snapshot();
  }

  /** What a watcher with everything up to `after` still has to see of an open operation; undefined when it is not open. */
  catchUp(key: OperationKey, after: number | undefined): ProgressEvent[] | undefined {
    return this.#find(key)?.replay.since(after);
  }

  /**
   * Commits `alongside` with what was applied so far; resolves when both are journaled and shown. It must not fail. `lasting: false` when
   * it is worth no more than the percentages it goes with.
   */
  async commit(alongside?: Alongside<Transaction>, { lasting = true } = {}): Promise<void> {
    if (alongside) this.#commits.alongside(alongside, lasting);
    await this.#commits.shown();
  }

  /** As `commit`, with the held ticks released first. */
  async flush(): Promise<void> {
    this.#ticks.releaseAll();
    await this.commit();
  }

  /** Releases what is held, commits, and forgets all timers. */
  async stop(): Promise<void> {
    await this.flush();
    await this.#commits.idle();
    this.#ticks.stop();
  }

  #newOperation(key: OperationKey): Operation {
    const open = this.#entries.get(key.userId)?.size ?? 0;
    if (open >= this.#limits.operationsPerUserMax) {
      throw new EngineRefusal('too_many_operations', `a user has at most ${this.#limits.operationsPerUserMax} open operations`);
    }
    return {
      userId: key.userId,
      id: key.id,
      kind: '',
      title: '',
      carrier: 'none',
      language: 'en',
      request: '',
      endsWithSteps: false,
      state: 'pending',
      seq: 0,
      stopping: false,
      createdAt: this.#timestamp(),
      startedAt: undefined,
      endedAt: undefined,
      event: undefined,
      steps: new Map(),
    };
  }

  #add(operation: Operation): Entry {
    const entry: Entry = { operation, topic: operationTopic(operation), replay: new Replay(this.#limits.replayMax), lastTickAt: new Map(), held: new Map() };
    const open = this.#entries.get(operation.userId) ?? new Map<string, Entry>();
    this.#entries.set(operation.userId, open.set(operation.id, entry));
    this.#size += 1;
    return entry;
  }

  #remove(entry: Entry): void {
    const { operation } = entry;
    const open = this.#entries.get(operation.userId);
    open?.delete(operation.id);
    if (open?.size === 0) this.#entries.delete(operation.userId);
    this.#size -= 1;
    this.#onEnded(operation, entry.replay);
  }

  #find({ userId, id }: OperationKey): Entry | undefined {
    return this.#entries.get(userId)?.get(id);
  }

  #openEntry(key: OperationKey): Entry {
    const entry = this.#find(key);
    if (!entry) throw new EngineRefusal('not_found', `operation ${key.id} is not open`);
    if (isEnded(entry.operation.state)) throw new EngineRefusal('operation_ended', `operation ${key.id} has ended`);
    return entry;
  }

  #apply(entry: Entry, change: Change, now = this.#now()): void {
    const tick = change.type === 'step' && isTick(entry.operation, change.step, change.change);
    let events: ProgressEvent[];
    try {
      events = apply(entry.operation, change, this.#timestamp(now));
    } catch (error) {
      if (error instanceof IllegalTransition) throw new EngineRefusal('illegal_transition', error.message);
      throw error;
    }
    for (const event of events) this.#commits.add(entry, event, tick);
  }

  #show(applied: readonly Applied<Entry>[], published: readonly Published[]): void {
    for (const { entry, event } of applied) {
      entry.replay.add(event);
      if (!isStepEvent(event) && isEnded(event.state)) this.#remove(entry);
    }
    this.#publish(published);
  }

  /** Shows a tick that was held, unless it came to nothing meanwhile. */
  #release(entry: Entry, step: string, change: StepChange): void {
    if (isEnded(entry.operation.state) || !isTick(entry.operation, step, change)) return;
    const now = this.#now();
    this.#ticks.shown(entry, step, now);
    this.#apply(entry, { type: 'step', step, change }, now);
  }

  /** As ISO 8601. Thousands of changes share a millisecond. */
  #timestamp(now = this.#now()): string {
    if (now !== this.#timestampOf) {
      this.#timestampOf = now;
      this.#timestampText = new Date(now).toISOString();
    }
    return this.#timestampText;
  }
}
