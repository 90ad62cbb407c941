// Reports operations to watchers that come to this very process: three plain calls, and the form around a step's work.
import { isEnded, isSettled, type Language, type OperationSummary, type ProgressEvent, renderStepText, type StepStatus, stepStatuses } from '@relevo/protocol';
import {
  type EngineLimits,
  EngineRefusal,
  engineDefaults,
  memoryJournal,
  type Operation,
  OperationEngine,
  type OperationKey,
  type OperationSpec,
  outcomeOf,
  type Published,
  type Said,
  type StepChange,
  summaryOf,
} from '../engine/index.ts';
import { type EndedLimits, EndedOperations } from './ended-operations.ts';
import { type HeldLimits, HeldUpdates } from './held-updates.ts';
import { makeOperationId, parseOperationId, parseOwner, parseStepId, parseSteps } from './parse-ids.ts';
import { type OperationOptions, type Outcome, ReportedOperation } from './reported-operation.ts';

/** Every bound of a manager. */
export interface ManagerLimits extends EngineLimits, EndedLimits, HeldLimits {
  /** When an operation that was started by a watcher and never worked on is ended, milliseconds. */
  unusedMaxMs: number;
  /** When an operation of `startOperation` of which nothing was heard is ended, milliseconds. */
  silentMaxMs: number;
  /** How long a stop waits for the work before the operation is closed, milliseconds. */
  stopTimeoutMs: number;
}

export const managerDefaults: ManagerLimits = {
  ...engineDefaults,
  endedMax: 1_000,
  endedEventsMax: 50_000,
  endedMaxMs: 600_000,
  heldOperationsMax: 1_000,
  heldUpdatesMax: 1_000,
  heldMaxMs: 600_000,
  unusedMaxMs: 600_000,
  silentMaxMs: 3_600_000,
  stopTimeoutMs: 10_000,
};

/** A report that changed nothing: it came too late, or named an operation that is not one only. */
export interface DroppedReport {
  operationId: string;
  reason: EngineRefusal['reason'] | 'ambiguous' | 'no_owner';
  message: string;
}

export interface ManagerOptions {
  /** Of the sentences that are not the work's own (`Stopped`), for operations that name none. */
  language?: Language;
  limits?: Partial<ManagerLimits>;
  /** Told of reports that were dropped; reporting itself never throws for them. */
  onDropped?: (dropped: DroppedReport) => void;
}

/** An operation by its id alone, or, where ids of several users may be the same, with its owner. */
export type OperationRef = string | { userId: number | string; operationId: string };

/** How often abandoned operations, and ended ones that are old, are looked for, milliseconds. */
const sweepIntervalMs = 5_000;

/**
 * The operations of this process, and who watches them: report by `updateStep` from anywhere, or run work by `operation`. Attach it to a server with
 * `attachProgress`.
 */
export class ProgressManager {
  readonly #engine: OperationEngine;
  readonly #limits: ManagerLimits;
  readonly #language: Language;
  readonly #onDropped: (dropped: DroppedReport) => void;
  readonly #ended: EndedOperations;
  readonly #held: HeldUpdates;
  readonly #ownersById = new Map<string, Set<number>>();
  readonly #controllers = new Map<string, { controller: AbortController; worksHere: boolean }>();
  readonly #listeners = new Set<(batch: readonly Published[]) => void>();
  readonly #sweep: ReturnType<typeof setInterval>;

  constructor({ language = 'en', limits, onDropped = () => {} }: ManagerOptions = {}) {
    this.#limits = { ...managerDefaults, ...limits };
    this.#language = language;
    this.#onDropped = onDropped;
    this.#ended = new EndedOperations(this.#limits);
    this.#held = new HeldUpdates(this.#limits);
    this.#engine = new OperationEngine({
      journal: memoryJournal,
      limits: this.#limits,
      publish: (batch) => {
        for (const listener of this.#listeners) listener(batch);
      },
      onEnded: (operation, shown) => {
        this.#ended.add(operation, shown, Date.now());
        this.#forget(operation);
      },
    });
    this.#sweep = setInterval(() => this.sweep(), sweepIntervalMs);
    this.#sweep.unref?.();
  }

  /** Operations that have not ended. */
  get activeOperations(): number {
    return this.#engine.size;
  }

  /**
   * Starts an operation of a user; does nothing when it is started already. With declared steps it ends when all of them have, without when
   * it is completed or stopped. Updates that came before it are shown now.
   * @throws TypeError when an id is not one; EngineRefusal `operation_ended`, `too_many_operations`, `too_many_steps`
   */
  startOperation(userId: number | string, operationId: string, steps: OperationOptions['steps'] = []): void {
    const key = { userId: parseOwner(userId), id: parseOperationId(operationId) };
    const known = this.#engine.find(key);
    if (known && known.carrier !== 'none') return;
    this.#register(key, { kind: '', title: '', carrier: 'reporter', language: this.#language, steps: parseSteps(steps) });
  }

  /**
   * Changes a step. `progress` is per cent, null when nobody can tell; it is 100 with `completed` and 0 with `error` whatever is given. With
   * the operation's id alone it goes to whoever started it, and waits when nobody has yet.
   * @throws TypeError when an id or the status is not one
   */
  updateStep(operation: OperationRef, stepId: string, status: StepStatus, message: string, progress: number | null = null): void {
    if (!stepStatuses.includes(status)) throw new TypeError(`status ${JSON.stringify(status)} must be one of ${stepStatuses.join(', ')}`);
    const step = parseStepId(stepId);
    const change = { status, message: String(message), progress };
    const key = this.#resolve(operation);
    if (key) return this.#report(key, step, change);
    if (key === null || typeof operation !== 'string') return;
    if (!this.#held.add(operation, step, change, Date.now())) this.#drop(operation, 'no_owner', 'too many updates wait for their owner');
  }

  /** Ends an operation: as `error` when one of its steps failed, else as `completed`. @throws TypeError when the id is not one */
  completeOperation(operation: OperationRef): void {
    const key = this.#resolve(operation);
    if (key) this.#end(key, this.#outcome(key));
    else if (key === undefined && typeof operation === 'string') this.#held.complete(operation, Date.now());
  }

  /**
   * Begins an operation whose work is done in this process.
   * @throws TypeError when an id is not one; EngineRefusal `operation_id_in_use`, `operation_ended`, `too_many_operations`, `too_many_steps`
   */
  operation({ userId, id, kind, title = '', steps, language = this.#language }: OperationOptions): ReportedOperation {
    const key = {
      userId: parseOwner(userId),
      id: id === undefined ? makeOperationId(kind) : parseOperationId(id),
    };
    this.#register(key, { kind, title, carrier: 'hub', language, steps: parseSteps(steps) });
    const controller = this.#controllerOf(key, true);
    return new ReportedOperation({
      key,
      signal: controller.signal,
      saidWhenStopped: { code: 'step.stopped', message: renderStepText({ code: 'step.stopped' }, language) },
      report: (step, change) => this.#report(key, step, change),
      outcome: () => (controller.signal.aborted ? 'stopped' : this.#outcome(key)),
      end: (outcome) => this.#end(key, outcome),
    });
  }

  /**
   * Aborted when somebody asks the operation to stop: for work that reports by `updateStep`.
   * @throws TypeError when the id is not one; EngineRefusal `not_found` when no such operation is open
   */
  signal(operation: OperationRef): AbortSignal {
    const key = this.#resolve(operation);
    if (!key || !this.#engine.find(key)) throw new EngineRefusal('not_found', 'no such operation is open');
    return this.#controllerOf(key, false).signal;
  }

  /** Asks an operation to stop: aborts its work, and closes it once the work has ended, or at once when none is done here. */
  async stop(operation: OperationRef): Promise<void> {
    const key = this.#resolve(operation);
    const found = key && this.#engine.find(key);
    if (!found || isEnded(found.state)) return;
    const held = this.#controllers.get(keyText(key));
    if (held?.worksHere) {
      if (found.stopping) return;
      this.#engine.markStopping(key);
      setTimeout(() => this.#end(key, 'stopped'), this.#limits.stopTimeoutMs).unref?.();
    } else {
      this.#end(key, 'stopped');
    }
    held?.controller.abort(new DOMException('the operation was stopped', 'AbortError'));
    await this.#engine.commit();
  }

  /** Everything that was shown so far of an operation, or stands in for it; undefined when it is not known. */
  events(key: { userId: number; operationId: string }, after?: number): ProgressEvent[] | undefined {
    const inner = { userId: key.userId, id: key.operationId };
    return this.#engine.catchUp(inner, after) ?? this.#ended.catchUp(inner, after);
  }

  /** What a progress socket stands on. */
  watchSource(): ManagerWatchSource {
    return {
      engine: {
        find: (key) => this.#engine.find(key),
        openOf: (userId) => this.#engine.openOf(userId),
        catchUp: (key, after) => this.#engine.catchUp(key, after),
        snapshot: (key) => this.#engine.snapshot(key),
        registerUnused: (key, language) => this.#register(key, { kind: '', title: '', carrier: 'none', language, steps: [] }),
      },
      catchUpEnded: async (key, after) => this.#ended.catchUp(key, after),
      list: (userId) => [...this.#engine.openOf(userId).reverse().map(summaryOf), ...this.#ended.of(userId)],
      stop: ({ userId, id }) => this.stop({ userId, operationId: id }),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  /** Ends what nobody works on, and forgets what ended long ago. Runs by itself. */
  sweep(now = Date.now()): void {
    this.#ended.forgetOld(now);
    for (const id of this.#held.forgetOld(now)) this.#drop(id, 'no_owner', 'nobody started the operation in time');
    for (const operation of [...this.#engine.open()]) {
      if (isEnded(operation.state) || operation.carrier === 'hub') continue;
      const unused = operation.carrier === 'none' && operation.steps.size === 0;
      if (now - lastHeardOf(operation) <= (unused ? this.#limits.unusedMaxMs : this.#limits.silentMaxMs)) continue;
      this.#engine.close(operation, this.#said(operation, 'step.abandoned'), 'error');
    }
  }

  /** Shows what is held back and stops the timers. Operations that are open stay so: their work may go on. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#engine.stop();
  }

  #register(key: OperationKey, spec: Omit<OperationSpec, 'request' | 'endsWithSteps'>): Operation {
    if (this.#ended.has(key)) throw new EngineRefusal('operation_ended', `operation ${key.id} has ended`);
    const operation = this.#engine.register(key, { ...spec, request: '', endsWithSteps: spec.steps.length > 0 });
    const owners = this.#ownersById.get(key.id) ?? new Set();
    this.#ownersById.set(key.id, owners.add(key.userId));
    const held = this.#held.take(key.id);
    for (const { step, change } of held?.updates ?? []) this.#report(key, step, change);
    if (held?.completed) this.#end(key, this.#outcome(key));
    return operation;
  }

  /** The key; undefined when nobody started it yet; null when there is nothing to report on (it was told to `onDropped`). */
  #resolve(ref: OperationRef): OperationKey | undefined | null {
    if (typeof ref !== 'string') {
      const key = { userId: parseOwner(ref.userId), id: parseOperationId(ref.operationId) };
      if (this.#engine.find(key) || this.#ended.has(key)) return key;
      this.startOperation(key.userId, key.id);
      return key;
    }
    const id = parseOperationId(ref);
    const owners = [...(this.#ownersById.get(id) ?? [])];
    if (owners.length === 0) {
      if (!this.#ended.hasId(id)) return undefined;
      this.#drop(id, 'operation_ended', `operation ${id} has ended`);
      return null;
    }
    // An id that others only watch does not take the reports from whom they were begun for.
    const worked = owners.filter((userId) => this.#isWorkedOn({ userId, id }));
    const [userId, other] = worked.length > 0 ? worked : owners;
    if (userId !== undefined && other === undefined) return { userId, id };
    this.#drop(id, 'ambiguous', `several users have an operation ${id}: name its owner`);
    return null;
  }

  #isWorkedOn(key: OperationKey): boolean {
    const operation = this.#engine.find(key);
    return operation !== undefined && (operation.carrier !== 'none' || operation.steps.size > 0);
  }

  #report(key: OperationKey, step: string, change: StepChange): void {
    this.#unlessRefused(key, () => this.#engine.report(key, step, change));
  }

  #outcome(key: OperationKey): Outcome {
    const operation = this.#engine.find(key);
    return [...(operation?.steps.values() ?? [])].some(({ event }) => event?.status === 'error') ? 'error' : 'completed';
  }

  #end(key: OperationKey, outcome: Outcome): void {
    const operation = this.#engine.find(key);
    if (!operation || isEnded(operation.state)) return;
    this.#unlessRefused(key, () => {
      if (outcome === 'stopped') return this.#engine.close(key, this.#said(operation, 'step.stopped'), 'stopped');
      if (outcome === 'error') {
        for (const { step, event } of [...operation.steps.values()]) {
          if (!isSettled(event?.status ?? 'pending')) this.#report(key, step, { status: 'error', ...this.#said(operation, 'step.not_reached') });
        }
      }
      if (!isEnded(operation.state)) this.#engine.end(key, outcome === 'error' ? 'error' : outcomeOf(operation) === 'error' ? 'error' : 'completed');
    });
  }

  #controllerOf(key: OperationKey, worksHere: boolean): AbortController {
    const known = this.#controllers.get(keyText(key));
    if (known) {
      known.worksHere ||= worksHere;
      return known.controller;
    }
    const controller = new AbortController();
    this.#controllers.set(keyText(key), { controller, worksHere });
    return controller;
  }

  #forget(operation: Operation): void {
    this.#controllers.delete(keyText(operation));
    const owners = this.#ownersById.get(operation.id);
    owners?.delete(operation.userId);
    if (owners?.size === 0) this.#ownersById.delete(operation.id);
  }

  /** Reports come from the middle of somebody's work: what cannot be taken is told, never thrown. */
  #unlessRefused(key: OperationKey, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      this.#drop(key.id, error.reason, error.message);
    }
  }

  #drop(operationId: string, reason: DroppedReport['reason'], message: string): void {
    this.#onDropped({ operationId, reason, message });
  }

  #said(operation: Operation, code: 'step.stopped' | 'step.not_reached' | 'step.abandoned'): Said {
    return { message: renderStepText({ code }, operation.language === 'es' ? 'es' : 'en'), code };
  }
}

/** See `WatchSource` of the progress socket. */
export interface ManagerWatchSource {
  engine: Pick<OperationEngine, 'find' | 'openOf' | 'catchUp' | 'snapshot' | 'registerUnused'>;
  catchUpEnded(key: OperationKey, after: number | undefined): Promise<ProgressEvent[] | undefined>;
  stop(key: OperationKey): Promise<void>;
  /** Open operations of a user, then ended ones that are still known, newest first. */
  list(userId: number): OperationSummary[];
  /** Calls `listener` with what was just shown, in order; returns what ends that. */
  subscribe(listener: (batch: readonly Published[]) => void): () => void;
}

function keyText({ userId, id }: OperationKey): string {
  return `${userId}/${id}`;
}

function lastHeardOf(operation: Operation): number {
  const times = [operation.createdAt, operation.event?.timestamp, ...[...operation.steps.values()].map(({ event }) => event?.timestamp)];
  return Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time))));
}
