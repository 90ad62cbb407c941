// Operations on the hub: the engine with its journal, who listens, who stops the work, and what happens to operations that nobody carries.
import {
  type Alongside,
  EngineRefusal,
  type Measures,
  type Operation,
  OperationEngine,
  type OperationKey,
  type OperationSpec,
  type Published,
  type Said,
  userTopic,
} from '@relevo/progress/engine';
import { TopicListeners } from '@relevo/progress/socket';
import { isEnded, type ProgressEvent, renderStepText } from '@relevo/protocol';
import { type Log, type OpenedDatabase, ProblemError } from '@relevo/runtime';
import type { HubDatabase } from '../database/database.ts';
import type { HubSchema } from '../database/schema.ts';
import type { Topics } from '../http/socket.ts';
import type { HubSettings } from '../settings.ts';
import { CleanClose } from './clean-close.ts';
import { mergeTicks } from './merge-ticks.ts';
import { type HubTransaction, operationJournal } from './operation-journal.ts';
import { OperationStore } from './operation-store.ts';
import { hubUserId } from './read-in-language.ts';
import { Reporters } from './reporters.ts';
import { StopRequests } from './stop-requests.ts';

/** Stops the work of one operation at its next safe point. The operation closes when its steps are settled. */
export type StopWork = (operation: Operation) => Promise<void>;

/** Told of a batch that was shown, and of how many messages it was to sockets. */
export type PublishedListener = (batch: readonly Published[], sent: number) => void;

export interface StepReport extends Measures {
  status: 'pending' | 'in_progress' | 'completed' | 'error';
  /** Said in the language of the operation. */
  text: { code: string; values?: Record<string, string | number> | undefined };
  progress?: number | null | undefined;
  /** Never coalesced, as what a tick says may be. */
  lossless?: boolean;
}

export interface OperationsOptions {
  database: OpenedDatabase<HubSchema>;
  settings: HubSettings;
  log: Log;
  topics: Topics;
}

/** How often operations that nobody works on, and old ones, are looked for, milliseconds. */
const sweepIntervalMs = 5_000;
/** How often what is older than the history is forgotten, milliseconds. */
const purgeIntervalMs = 60_000;
/**
 * More numbers than a loss of power can take from an operation: all that was written since the log last went to the disk, which is 32 MB of it
 * (database.ts) and at least a hundred bytes each.
 */
const lostMax = 1_000_000;

export class Operations {
  readonly engine: OperationEngine<HubTransaction>;
  readonly store: OperationStore;
  /** Event streams and whoever waits for an operation inside the hub. Sockets use the server's own topics. */
  readonly listeners = new TopicListeners();
  /** Reporters outside the hub that hear of stops. */
  readonly stopRequests = new StopRequests();
  readonly reporters: Reporters;
  readonly #db: HubDatabase;
  readonly #settings: HubSettings;
  readonly #log: Log;
  readonly #topics: Topics;
  readonly #cleanClose: CleanClose;
  readonly #stopWork = new Map<string, StopWork>();
  readonly #onPublished: PublishedListener[] = [];
  readonly #sweep: ReturnType<typeof setInterval>;
  #purgedAt = 0;

  constructor({ database, settings, log, topics }: OperationsOptions) {
    const { db, connection } = database;
    this.#db = db;
    this.#settings = settings;
    this.#log = log;
    this.#topics = topics;
    this.#cleanClose = new CleanClose(db);
    this.store = new OperationStore(db);
    this.reporters = new Reporters(db, connection);
    this.engine = new OperationEngine<HubTransaction>({
      journal: operationJournal({ database, tickMergeIntervalMs: settings.TICK_MERGE_INTERVAL_MS }),
      publish: (batch) => this.#publish(batch),
      limits: {
        tickIntervalMs: settings.TICK_INTERVAL_MS,
        replayMax: settings.OPERATION_REPLAY_MAX,
        operationsPerUserMax: settings.OPERATIONS_PER_USER_MAX,
        stepsMax: settings.OPERATION_STEPS_MAX,
      },
      onBegun: (operation) => log.info({ event: 'operation_begun', ...namesOf(operation) }, `operation ${operation.id} begun`),
      onEnded: (operation) =>
        log.info(
          { event: 'operation_ended', ...namesOf(operation), state: operation.state, ...tookOf(operation) },
          `operation ${operation.id} ${operation.state}`,
        ),
      onCommitError: (error) => log.error({ event: 'journal_failed', err: error }, 'the journal could not be written; trying again'),
    });
    const soonest = Math.min(settings.OPERATION_UNUSED_MAX_MS, settings.OPERATION_SILENT_MAX_MS);
    this.#sweep = setInterval(() => void this.#sweepNow(), Math.min(sweepIntervalMs, Math.ceil(soonest / 4)));
    this.#sweep.unref?.();
  }

  /** Takes over what was open when the last process ended: work that ran inside it ends as `error`, work that agents carry goes on. */
  async restore(): Promise<void> {
    await mergeTicks(this.#db);
    // Percentages do not wait for the disk: of those that were shown, a loss of power may have taken the last.
    const lost = (await this.#cleanClose.take()) ? 0 : lostMax;
    for (const operation of await this.store.open()) {
      this.engine.restore(operation, { lost });
      if (operation.carrier === 'hub') this.engine.close(operation, this.#render(operation, { code: 'step.hub_restarted' }), 'error');
      else if (operation.stopping) this.#closeStoppedLater(operation);
    }
    await this.engine.flush();
  }

  /** Declares who stops the work of operations of this kind. */
  onStop(kind: string, stopWork: StopWork): void {
    this.#stopWork.set(kind, stopWork);
  }

  /** Calls `listener` with every batch that was published, after it was. */
  onPublished(listener: PublishedListener): void {
    this.#onPublished.push(listener);
  }

  /**
   * True when the operation id has this very work already: the same request under the same id is done once.
   * @throws ProblemError operation_id_in_use when it stands for other work, operation_ended when it was registered, never used, and has ended
   */
  async attach(key: OperationKey, { kind, request }: Pick<OperationSpec, 'kind' | 'request'>): Promise<boolean> {
    const past = this.engine.find(key) ? undefined : await this.store.find(key);
    const known = this.engine.find(key) ?? past;
    if (!known) return false;
    if (known.carrier === 'none') {
      if (isEnded(known.state)) throw new ProblemError('operation_ended', `operation ${key.id} has ended`);
      return false;
    }
    if (known.kind === kind && known.request === request) return true;
    throw new ProblemError('operation_id_in_use', `operation ${key.id} stands for other work`);
  }

  /**
   * Begins work under an operation id, or attaches to the work that has it.
   * @returns whether the work is new, and so has to be begun by the caller
   * @throws ProblemError operation_id_in_use, operation_ended, too_many_operations, too_many_steps
   */
  async begin(key: OperationKey, spec: OperationSpec, alongside?: Alongside<HubTransaction>): Promise<{ fresh: boolean }> {
    if (await this.attach(key, spec)) return { fresh: false };
    try {
      this.engine.register(key, spec, alongside);
    } catch (error) {
      // The same request may have come twice at once: the second attaches to the first.
      if (error instanceof EngineRefusal && error.reason === 'operation_id_in_use' && (await this.attach(key, spec))) return { fresh: false };
      throw problemOf(error);
    }
    await this.engine.commit();
    return { fresh: true };
  }

  /** Changes a step. Reports that come too late (the step or operation is settled) are dropped: they change nothing. @returns whether it was taken */
  report(key: OperationKey, step: string, { text, ...change }: StepReport): boolean {
    const operation = this.engine.find(key);
    if (!operation) return false;
    try {
      this.engine.report(key, step, { ...change, ...this.#render(operation, text) });
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal) {
        this.#log.debug({ event: 'report_dropped', operation_id: key.id, user_id: key.userId, step, reason: error.reason }, error.message);
        return false;
      }
      throw error;
    }
  }

  /** Asks an operation to stop. With work under way it is aborted; with none the operation closes with the outcome of its steps. */
  async stop(key: OperationKey): Promise<void> {
    const operation = this.engine.find(key);
    if (!operation || isEnded(operation.state)) return;
    const stopWork = this.#whoStops(operation);
    if (!stopWork) {
      this.engine.close(key, this.#render(operation, { code: 'step.stopped' }), 'stopped');
      await this.engine.commit();
      return;
    }
    if (operation.stopping) return;
    this.engine.markStopping(key);
    this.#log.info({ event: 'operation_stopping', operation_id: key.id, user_id: key.userId }, 'operation is asked to stop');
    this.#closeStoppedLater(key);
    await stopWork(operation);
    await this.engine.commit();
  }

  /** Who can stop the work of an operation: nobody when its reporter does not listen. */
  #whoStops(operation: Operation): StopWork | undefined {
    if (operation.carrier !== 'reporter') return this.#stopWork.get(operation.kind);
    return this.stopRequests.reaches(operation) ? async () => this.stopRequests.tell(operation) : undefined;
  }

  /** Finds an operation, open or ended. */
  async find(key: OperationKey): Promise<Operation | undefined> {
    return this.engine.find(key) ?? this.store.find(key);
  }

  /** With the percentages that watchers are shown in a moment: whoever asks, its reporter above all, finds what was told last. */
  asTold(operation: Operation): Operation {
    return this.engine.told(operation) ?? operation;
  }

  /** An operation of whoever owns it, for an administrator who has only the id. */
  async findAny(id: string): Promise<Operation | undefined> {
    await this.engine.commit();
    const found = await this.store.findAny(id);
    return found && this.find(found);
  }

  /** What a watcher that has everything up to `after` still has to see. Undefined when the user has no such operation. */
  catchUp(key: OperationKey, after: number | undefined): ProgressEvent[] | undefined {
    return this.engine.catchUp(key, after);
  }

  /** As `catchUp`, for an operation that has ended. */
  async catchUpEnded(key: OperationKey, after: number | undefined): Promise<ProgressEvent[] | undefined> {
    const found = await this.store.find(key);
    // Work may begin under this id while the database is asked: what is open is the engine's to tell.
    return found && isEnded(found.state) ? this.store.catchUp(found, after) : undefined;
  }

  /** Ends what nobody works on, and forgets what ended long ago. */
  async sweep(now = Date.now()): Promise<void> {
    for (const operation of [...this.engine.open()]) {
      if (isEnded(operation.state) || (operation.carrier !== 'none' && operation.carrier !== 'reporter')) continue;
      const unused = operation.carrier === 'none' && operation.steps.size === 0;
      const silentMs = now - lastHeardOf(operation);
      const bound = unused ? this.#settings.OPERATION_UNUSED_MAX_MS : this.#settings.OPERATION_SILENT_MAX_MS;
      if (silentMs > bound) this.engine.close(operation, this.#render(operation, { code: 'step.abandoned' }), 'error');
    }
    if (now - this.#purgedAt < Math.min(purgeIntervalMs, this.#settings.OPERATION_HISTORY)) return;
    this.#purgedAt = now;
    const oldest = new Date(now - this.#settings.OPERATION_HISTORY).toISOString();
    await this.store.purge(oldest);
    await this.reporters.purge(oldest);
  }

  async #sweepNow(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#log.error({ event: 'sweep_failed', err: error }, 'old operations could not be looked for');
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.engine.stop();
    await this.#cleanClose.leave();
  }

  /** A stop that is not answered in time closes the operation all the same. */
  #closeStoppedLater(key: OperationKey): void {
    const { STOP_TIMEOUT_MS } = this.#settings;
    const timer = setTimeout(() => {
      const operation = this.engine.find(key);
      if (!operation?.stopping || isEnded(operation.state)) return;
      // The hub's own work ends for certain, and until it does it still changes something: it may be taking back what it did.
      if (operation.carrier === 'hub' && Date.now() - lastHeardOf(operation) < STOP_TIMEOUT_MS) return this.#closeStoppedLater(key);
      this.engine.close(key, this.#render(operation, { code: 'step.stopped' }), 'stopped');
    }, STOP_TIMEOUT_MS);
    timer.unref?.();
  }

  #publish(batch: readonly Published[]): void {
    let sent = 0;
    const byUser = new Map<number, string | undefined>();
    for (const published of batch) {
      const { userId, topic, text } = published;
      sent += this.#topics.publish(topic, text);
      this.listeners.publish(published);
      // Hardly anybody follows all that a user has, and a batch has many events of few users.
      if (!byUser.has(userId)) byUser.set(userId, this.#topics.isHeard(userTopic(userId)) ? userTopic(userId) : undefined);
      const ofUser = byUser.get(userId);
      if (ofUser !== undefined) sent += this.#topics.publish(ofUser, text);
    }
    for (const listener of this.#onPublished) listener(batch, sent);
  }

  #render(operation: Operation, text: StepReport['text']): Said {
    const said = { message: renderStepText(text, operation.language === 'es' ? 'es' : 'en'), code: text.code };
    return operation.userId === hubUserId && text.values ? { ...said, values: text.values } : said;
  }
}

/** What every log line of an operation names. */
function namesOf({ id, userId, kind, carrier, requestId }: Operation) {
  return { operation_id: id, user_id: userId, kind, carrier, ...(requestId !== undefined && { request_id: requestId }) };
}

function tookOf({ createdAt, endedAt }: Operation): { duration_ms?: number } {
  return endedAt === undefined ? {} : { duration_ms: Date.parse(endedAt) - Date.parse(createdAt) };
}

/** When anything of the operation last changed, milliseconds since 1970. */
function lastHeardOf(operation: Operation): number {
  const times = [operation.createdAt, operation.event?.timestamp, ...[...operation.steps.values()].map((step) => step.event?.timestamp)];
  return Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time))));
}

/** Runs `action`, turning the engine's refusals into problems that a client understands. */
export function asProblem<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw problemOf(error);
  }
}

function problemOf(error: unknown): unknown {
  return error instanceof EngineRefusal ? new ProblemError(error.reason, error.message) : error;
}
