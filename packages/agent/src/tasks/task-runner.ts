// Runs the tasks of the inbox: in order, lanes side by side, each once; stops them; tells the hub through the outbox.
import { type AgentToHub, type StepText, stopTaskSchema } from '@relevo/protocol';
import type { Log, OpenedDatabase } from '@relevo/runtime';
import type { Transaction } from 'kysely';
import type { AgentSchema } from '../database/schema.ts';
import type { AgentSettings } from '../settings.ts';
import type { Inbox, TaskMessage, WaitingTask } from './inbox.ts';
import type { Outbox } from './outbox.ts';
import { createReportWriter } from './report-writer.ts';
import {
  Draining,
  type Measures,
  type Shared,
  type TaskContext,
  type TaskEnd,
  TaskFailure,
  type TaskHandler,
  TaskPaused,
  TaskPutOff,
  type TaskResult,
  TaskStopped,
} from './task-handler.ts';
import type { TaskHistory } from './task-history.ts';
import { createTaskViews, type TaskView } from './task-views.ts';
import { createTickLimit } from './tick-limit.ts';

export interface TaskRunnerOptions {
  database: OpenedDatabase<AgentSchema>;
  inbox: Inbox;
  outbox: Outbox;
  handlers: ReadonlyMap<string, TaskHandler>;
  history: TaskHistory;
  settings: Pick<AgentSettings, 'TASKS_AT_ONCE_MAX' | 'TASK_TICK_INTERVAL_MS' | 'TRANSFERS_SHOWN_MAX'>;
  log: Log;
  /** Sends a tick if there is a connection. */
  sendTick(tick: Extract<AgentToHub, { type: 'tick' }>): void;
  /** The outbox has something new. */
  onReport(): void;
  /** The list of tasks changed. */
  onChange(): void;
}

export interface TaskRunner {
  /** Goes on with what the last process left. */
  start(): Promise<void>;
  /** Takes tasks over from the hub; resolves when they are on the disk. */
  take(messages: readonly TaskMessage[]): Promise<void>;
  tasks(): TaskView[];
  /** Pauses a transfer until it is resumed: what it has is kept. False when there is none of this id that is open. */
  pause(taskId: string): Promise<boolean>;
  resume(taskId: string): Promise<boolean>;
  /** Ends a transfer for good. */
  stopTransfer(taskId: string): Promise<boolean>;
  /** Drops everything: it came from another hub. */
  forget(): Promise<void>;
  /** Aborts what runs so that a later process goes on with it; resolves when nothing runs. */
  stop(): Promise<void>;
}

interface Job {
  taskId: string;
  seq: number;
  lane: string;
  shared: Shared | undefined;
  task: unknown;
  handler: TaskHandler;
  /** Names the task and the request behind it in every line. */
  log: Log;
  told: TaskResult | undefined;
  abort: AbortController;
  isPaused: boolean;
  isStopped: boolean;
}

type Outcome = 'put_off' | ({ status: 'completed' | 'error' } & TaskEnd);

export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const { database, inbox, outbox, handlers, settings, log } = options;
  const views = createTaskViews(settings.TRANSFERS_SHOWN_MAX, options.onChange);
  const queue: Job[] = [];
  const running = new Map<Job, Promise<void>>();
  /** Ends that are being written: their work is done, and the next may begin. */
  const ending = new Set<Promise<void>>();
  const writer = createReportWriter(database, outbox);
  let draining = false;
  /** Admissions one after the other, so that the queue keeps the order of the hub. */
  let admission: Promise<void> = Promise.resolve();

  /** Queues a task, or ends it at once when nobody can run it. */
  async function admit({ taskId, seq, task, stopRequested, isPaused, receivedAt, requestId, ...waiting }: WaitingTask): Promise<void> {
    const taskLog = log.child({ task_id: taskId, ...(requestId !== undefined && { request_id: requestId }) });
    if (task.kind === 'task.stop') return stopTask(taskId, task);
    const handler = handlers.get(task.kind);
    if (!handler) return finish(taskId, taskLog, 'error', { text: { code: 'step.unknown_task' } });
    const parsed = handler.schema.safeParse(task);
    if (!parsed.success) return finish(taskId, taskLog, 'error', { text: { code: 'step.failed', values: { reason: 'the task is not valid' } } });
    const { data } = parsed;
    const told = waiting.told === null ? undefined : (JSON.parse(waiting.told) as TaskResult);
    const turn = { lane: handler.lane(data), shared: handler.shares?.(data) };
    const job: Job = { taskId, seq, task: data, handler, ...turn, log: taskLog, told, abort: new AbortController(), isPaused, isStopped: stopRequested };
    const text: StepText = { code: isPaused ? 'delivery.paused' : 'delivery.queued' };
    const is_transfer = handler.isTransfer === true;
    views.add({ task_id: taskId, kind: task.kind, title: handler.title(data), text, is_transfer, is_paused: isPaused, received_at: receivedAt });
    enqueue(job);
  }

  /** Puts a job in its place in the hub's order. One that is to be stopped only clears up. */
  function enqueue(job: Job): void {
    if (job.isStopped) job.abort.abort(new TaskStopped());
    const place = queue.findLastIndex(({ seq }) => seq < job.seq);
    queue.splice(place + 1, 0, job);
  }

  function jobOf(taskId: string): Job | undefined {
    return [...running.keys(), ...queue].find((job) => job.taskId === taskId);
  }

  function transferOf(taskId: string): Job | undefined {
    const job = jobOf(taskId);
    return job?.handler.isTransfer ? job : undefined;
  }

  async function stopTask(taskId: string, task: unknown): Promise<void> {
    const parsed = stopTaskSchema.safeParse(task);
    if (parsed.success && !(parsed.data.unbegun_only && hasBegun(parsed.data.task_id))) await stopWaiting(parsed.data.task_id);
    // A stop has no end of its own to report: it is done once the hub knows that it is here.
    await inbox.endStop(taskId);
  }

  /** True of one that runs, and of one that an earlier process left half done. */
  function hasBegun(taskId: string): boolean {
    const job = jobOf(taskId);
    return job !== undefined && (running.has(job) || job.told !== undefined);
  }

  /** A task that already ended is left as it is. */
  async function stopWaiting(taskId: string): Promise<boolean> {
    if (!(await inbox.requestStop(taskId))) return false;
    const job = jobOf(taskId);
    if (job) job.isStopped = true;
    job?.abort.abort(new TaskStopped());
    return true;
  }

  function schedule(): void {
    if (draining) return;
    // A stopped task only clears up after itself: it needs neither its turn nor a place.
    for (const job of queue.filter(({ abort }) => abort.signal.aborted)) begin(job);
    const lanes = new Set([...running.keys()].map(({ lane }) => lane));
    // Ends that cannot be written must not pile up.
    const hasRoom = () => running.size < settings.TASKS_AT_ONCE_MAX && ending.size <= settings.TASKS_AT_ONCE_MAX;
    for (let index = 0; index < queue.length && hasRoom(); ) {
      const job = queue[index];
      if (job && !job.isPaused && !lanes.has(job.lane) && hasPlace(job)) begin(job);
      else index += 1;
      // Whoever comes later on this lane waits, whether this one runs now or not.
      if (job) lanes.add(job.lane);
    }
  }

  function hasPlace({ shared }: Job): boolean {
    if (!shared) return true;
    let used = 0;
    for (const other of running.keys()) if (other.shared?.name === shared.name) used += 1;
    return used < shared.max;
  }

  function begin(job: Job): void {
    queue.splice(queue.indexOf(job), 1);
    const end = run(job).then(async (outcome) => {
      running.delete(job);
      if (outcome === 'put_off') await putBack(job);
      else endOf(job, outcome);
      schedule();
    });
    running.set(job, end);
  }

  /** Writes the end of a job. Its lane goes on meanwhile: after a crash both would run again, in their order. */
  function endOf(job: Job, { status, ...end }: Exclude<Outcome, 'put_off'>): void {
    const written = finish(job.taskId, job.log, status, end).finally(() => {
      ending.delete(written);
      schedule();
    });
    ending.add(written);
  }

  async function putBack(job: Job): Promise<void> {
    if (draining) return;
    job.abort = new AbortController();
    enqueue(job);
    if (job.isPaused) await tell(job, { code: 'delivery.paused' }, { rate: 0 });
  }

  /** Tells a change that must not be lost; `soon` when nobody waits for it to be on the disk. */
  async function tell(
    job: Job,
    text: StepText,
    measures: Measures,
    { result, soon = false }: { result?: TaskResult | undefined; soon?: boolean } = {},
  ): Promise<void> {
    const report = { type: 'task_report' as const, task_id: job.taskId, status: 'in_progress' as const, text, ...measures, ...(result && { result }) };
    if (result) job.told = result;
    const alongside = result && (async (trx: Transaction<AgentSchema>) => inbox.keepTold(trx, job.taskId, result));
    await (soon ? writer.writeSoon({ report, alongside }) : writer.write({ report, alongside }));
    views.update(job.taskId, { status: job.isPaused ? 'pending' : 'in_progress', text, measures, is_paused: job.isPaused });
    options.onReport();
  }

  async function run(job: Job): Promise<Outcome> {
    job.log.info({ event: 'task_begun', title: job.handler.title(job.task) }, 'a task began');
    const ticks = createTickLimit<{ text: StepText; measures: Measures }>(settings.TASK_TICK_INTERVAL_MS, ({ text, measures }) => {
      views.update(job.taskId, { status: 'in_progress', text, measures });
      options.sendTick({ type: 'tick', task_id: job.taskId, text, ...measures });
    });
    const context: TaskContext = {
      taskId: job.taskId,
      signal: job.abort.signal,
      told: job.told,
      log: job.log,
      tick: (text, measures) => ticks.offer({ text, measures }),
      report: (text, measures = {}, result) => tell(job, text, measures, { result }),
      say(text, measures = {}) {
        tell(job, text, measures, { soon: true }).catch((error: unknown) =>
          job.log.error({ event: 'report_failed', err: error }, 'what a task said could not be written'),
        );
      },
    };
    try {
      const end = await job.handler.run(job.task, context);
      return { status: 'completed', ...end };
    } catch (error) {
      if (job.abort.signal.reason instanceof TaskPutOff && !(error instanceof TaskFailure)) return 'put_off';
      return { status: 'error', text: failureText(error, job.abort.signal, job.log) };
    } finally {
      ticks.end();
    }
  }

  /** The end of a task and the report of it are written together, or not at all. */
  async function finish(taskId: string, taskLog: Log, status: 'completed' | 'error', { text, measures = {}, result }: TaskEnd): Promise<void> {
    const view = views.after(taskId, { status, text, measures, is_paused: false });
    const report = { type: 'task_report' as const, task_id: taskId, status, text, ...measures, ...(result && { result }) };
    const alongside = (trx: Transaction<AgentSchema>) => inbox.end(trx, taskId, view);
    for (let attempt = 0; ; attempt += 1) {
      try {
        // While there is other work, its first words are about to be written: one commit holds both.
        await (isBusy() ? writer.writeSoon({ report, alongside }) : writer.write({ report, alongside }));
        break;
      } catch (error) {
        // A full disk, most likely. The task stays open, so a restart would end it again in the same way.
        taskLog.error({ event: 'task_end_failed', err: error }, 'the end of a task could not be written');
        if (draining || attempt >= endWriteAttempts) return;
        await Bun.sleep(endWriteDelayMs);
      }
    }
    views.update(taskId, { status, text, measures, is_paused: false });
    taskLog.info({ event: 'task_ended', status, code: text.code }, `task ${taskId} ${status}: ${text.code}`);
    options.onReport();
  }

  /** Nothing runs, and every end is written. */
  async function settled(): Promise<void> {
    await Promise.all(running.values());
    await Promise.all(ending);
  }

  function isBusy(): boolean {
    return running.size + queue.length > 0;
  }

  function admitAll(tasks: readonly WaitingTask[]): Promise<void> {
    admission = admission.then(async () => {
      for (const task of tasks) await admit(task);
      schedule();
    });
    return admission;
  }

  return {
    async start() {
      views.restore((await options.history.page(undefined, settings.TRANSFERS_SHOWN_MAX)).tasks);
      await admitAll(await inbox.waiting());
    },
    async take(messages) {
      let fresh: WaitingTask[] = [];
      const alongside = async (trx: Transaction<AgentSchema>) => {
        fresh = await inbox.take(trx, messages);
      };
      await (isBusy() ? writer.writeSoon({ alongside }) : writer.write({ alongside }));
      // The hub is told right after; starting them does not have to be waited for.
      void admitAll(fresh).catch((error: unknown) => log.error({ event: 'task_admission_failed', err: error }, 'tasks could not be started'));
    },
    tasks: views.list,
    async pause(taskId) {
      const job = transferOf(taskId);
      if (!job || !(await inbox.setPaused(taskId, true))) return false;
      job.isPaused = true;
      if (queue.includes(job)) await tell(job, { code: 'delivery.paused' }, { rate: 0 });
      else job.abort.abort(new TaskPaused());
      return true;
    },
    async resume(taskId) {
      const job = transferOf(taskId);
      if (!job || !(await inbox.setPaused(taskId, false))) return false;
      job.isPaused = false;
      views.update(taskId, { status: 'pending', text: { code: 'delivery.queued' }, is_paused: false });
      schedule();
      return true;
    },
    async stopTransfer(taskId) {
      if (!transferOf(taskId) || !(await stopWaiting(taskId))) return false;
      schedule();
      return true;
    },
    async forget() {
      await admission;
      for (const job of [...running.keys(), ...queue]) {
        job.isStopped = true;
        job.abort.abort(new TaskStopped());
      }
      schedule();
      await settled();
      await inbox.clear();
      await outbox.clear();
    },
    async stop() {
      draining = true;
      for (const job of running.keys()) job.abort.abort(new Draining());
      await settled();
    },
  };
}

/** How often, and how far apart, the end of a task is written when the database cannot. */
const endWriteAttempts = 600;
const endWriteDelayMs = 1000;

function failureText(error: unknown, signal: AbortSignal, log: Log): StepText {
  if (error instanceof TaskFailure) return error.text;
  if (signal.reason instanceof TaskStopped) return { code: 'step.stopped' };
  log.error({ event: 'task_failed', err: error }, 'a task failed');
  return { code: 'step.failed', values: { reason: (error instanceof Error ? error.message : String(error)).slice(0, 300) } };
}
