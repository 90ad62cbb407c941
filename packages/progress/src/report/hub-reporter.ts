// Reports operations to a hub from any server: in order, retried, in the background. The work never waits for it.
import { isSettled, renderStepText, type StepStatus } from '@relevo/protocol';
import { messageMaxLength, type StepChange } from '../engine/index.ts';
import { HubLink, type RefusedReport } from './hub-link.ts';
import { makeOperationId, parseOperationId, parseOwner, parseSteps } from './parse-ids.ts';
import { type Report, ReportQueue } from './report-queue.ts';
import { type OperationOptions, ReportedOperation } from './reported-operation.ts';

export interface HubReporterOptions {
  /** Address of the hub, as `https://hub.example`. */
  url: string;
  /** Of the user whose operations are reported; an administrator's may report for anyone. */
  apiKey: string;
  fetch?: typeof fetch;
  /** Reports in one request. */
  batchMax?: number;
  /** How long the first report of a batch waits for others, milliseconds. */
  batchDelayMs?: number;
  /** Reports that may wait for the hub: beyond it percentages and new operations are not reported, beyond twice as many nothing is. */
  bufferMax?: number;
  /** Bounds of the delay between attempts, milliseconds. */
  delayMinMs?: number;
  delayMaxMs?: number;
  requestTimeoutMs?: number;
  /** A running operation that says nothing for this long says again what it said, so that the hub does not take it for abandoned; milliseconds. */
  silentMaxMs?: number;
  /** Told of what could not be reported, and of a hub that cannot be reached; reporting itself never throws for it. */
  onProblem?: (problem: ReportProblem) => void;
}

/** What could not be reported, and why. */
export interface ReportProblem {
  /** A code of the hub, `hub_unreachable`, `buffer_full`, or `http_<status>`. */
  code: string;
  message: string;
  operationId?: string;
}

/** As for an embedded manager; without `userId` the operation is of the API key's own user. */
export interface HubOperationOptions extends Omit<OperationOptions, 'userId'> {
  userId?: number;
}

/** Reports operations to a hub. */
export interface HubReporter {
  /** Begins an operation whose work is done in this process. @throws TypeError when an id is not one */
  operation(options: HubOperationOptions): ReportedOperation;
  /** Reports that the hub has not yet taken. */
  readonly waiting: number;
  /** Sends what waits now; true when the hub has taken it all, false when that took longer than `timeoutMs`. */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Flushes, then ends every request and timer. What was not taken by then is lost; true when nothing was. */
  close(timeoutMs?: number): Promise<boolean>;
}

const defaults = {
  batchMax: 250,
  batchDelayMs: 20,
  bufferMax: 10_000,
  delayMinMs: 250,
  delayMaxMs: 15_000,
  requestTimeoutMs: 15_000,
  silentMaxMs: 600_000,
};
/** How long the stream of stops stays after the last operation ended: another may begin. Milliseconds. */
const lingerMs = 2_000;
const flushTimeoutMs = 10_000;
/** The hub has no open operation of this id: it ended there, or was never taken. */
const goneCodes: ReadonlySet<string> = new Set(['not_found', 'operation_ended', 'operation_id_in_use', 'forbidden', 'too_many_operations']);

interface Running {
  id: string;
  userId: number | undefined;
  controller: AbortController;
  statuses: Map<string, StepStatus>;
  /** The last report of a running step, and when it was made. */
  last: { step: string; change: StepChange } | undefined;
  lastAt: number;
}

/**
 * A reporter to one hub, for the life of a process. Reports go out in the background, in order and in batches; what the hub did not answer is sent
 * again, and taken once. Work that is reported never waits and never fails for it. Call `close` before the process exits.
 */
export function createHubReporter(options: HubReporterOptions): HubReporter {
  const settings = { ...defaults, ...options };
  const { onProblem = () => {} } = options;
  const queue = new ReportQueue(settings.bufferMax);
  const running = new Map<string, Running>();
  let lingering: ReturnType<typeof setTimeout> | undefined;
  const link = new HubLink({
    ...settings,
    fetch: options.fetch ?? fetch,
    queue,
    onRefused,
    onStop(operationId, userId) {
      for (const each of [running.get(keyOf(operationId, userId)), running.get(keyOf(operationId, undefined))]) {
        each?.controller.abort(stopped());
      }
    },
    onProblem: (code, message) => onProblem({ code, message }),
  });
  const reminder = setInterval(remindOfSilent, settings.silentMaxMs / 4);
  (reminder as { unref?: () => void }).unref?.();

  function onRefused(report: Report, { code, message, state }: RefusedReport): void {
    // Declared steps that were all settled have ended it before it was told to end.
    if (report.type === 'end' && (code === 'operation_ended' || code === 'not_found')) return;
    onProblem({ code, message, operationId: report.operation_id });
    const known = running.get(keyOf(report.operation_id, report.user_id));
    if (!known || !goneCodes.has(code)) return;
    forget(known);
    // The stop was missed, as by a hub that was away. For everything else the work goes on, unreported.
    if (state === 'stopped') known.controller.abort(stopped());
  }

  function remindOfSilent(): void {
    const before = Date.now() - settings.silentMaxMs;
    for (const each of running.values()) {
      if (each.last && each.lastAt < before) report(each, each.last.step, each.last.change);
    }
  }

  function report(operation: Running, step: string, change: StepChange): void {
    if (running.get(keyOf(operation.id, operation.userId)) !== operation) return;
    const isTick = change.status === 'in_progress' && operation.statuses.get(step) === 'in_progress';
    const { id: operation_id, userId: user_id } = operation;
    if (!queue.push({ type: 'step', operation_id, user_id, step, ...change, message: change.message.slice(0, messageMaxLength) }, isTick))
      return lose(operation);
    operation.statuses.set(step, change.status);
    operation.last = change.status === 'in_progress' ? { step, change } : undefined;
    operation.lastAt = Date.now();
    link.wake();
  }

  /** A change of status could not be kept: the rest of the operation would be a lie. The work itself goes on. */
  function lose(operation: Running): void {
    forget(operation);
    onProblem({ code: 'buffer_full', message: 'the hub is away for too long: the operation is no longer reported', operationId: operation.id });
  }

  function forget(operation: Running): void {
    running.delete(keyOf(operation.id, operation.userId));
    if (running.size > 0) return;
    clearTimeout(lingering);
    lingering = setTimeout(() => link.listen(running.size > 0), lingerMs);
  }

  async function flush(timeoutMs = flushTimeoutMs): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    try {
      return await Promise.race([link.flushed().then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get waiting() {
      return queue.size;
    },
    flush,
    async close(timeoutMs) {
      clearInterval(reminder);
      const isFlushed = await flush(timeoutMs);
      clearTimeout(lingering);
      link.close();
      return isFlushed;
    },
    operation({ userId, id, kind, title = '', steps, language }) {
      const operation: Running = {
        id: id === undefined ? makeOperationId(kind) : parseOperationId(id),
        userId: userId === undefined ? undefined : parseOwner(userId),
        controller: new AbortController(),
        statuses: new Map(),
        last: undefined,
        lastAt: Date.now(),
      };
      const key = keyOf(operation.id, operation.userId);
      const of = { operation_id: operation.id, user_id: operation.userId };
      const isNew = !running.has(key);
      if (!isNew) throw new TypeError(`operation ${operation.id} is being reported already`);
      const declared = parseSteps(steps);
      running.set(key, operation);
      if (queue.isFull || !queue.push({ type: 'begin', ...of, kind: kind.slice(0, 64), title: title.slice(0, 256), language, steps: declared }))
        lose(operation);
      else link.listen(true);
      link.wake();
      const text = (code: 'step.stopped' | 'step.not_reached') => ({ code, message: renderStepText({ code }, language ?? 'en') });
      const outcome = () => {
        if (operation.controller.signal.aborted) return 'stopped';
        return [...operation.statuses.values()].includes('error') ? 'error' : 'completed';
      };
      return new ReportedOperation({
        key: { id: operation.id, userId: operation.userId },
        signal: operation.controller.signal,
        saidWhenStopped: text('step.stopped'),
        report: (step, change) => report(operation, step, change),
        outcome,
        end(state) {
          if (running.get(key) !== operation) return;
          const isWhole = declared.length > 0 && declared.every(({ step }) => isSettled(operation.statuses.get(step) ?? 'pending'));
          const said = text(state === 'stopped' ? 'step.stopped' : 'step.not_reached');
          // Declared steps that are all settled end it by themselves.
          if (!isWhole) queue.push({ type: 'end', ...of, state, ...said });
          forget(operation);
          link.wake();
        },
      });
    },
  };
}

function stopped(): DOMException {
  return new DOMException('the operation was stopped', 'AbortError');
}

function keyOf(id: string, userId: number | undefined): string {
  return `${userId ?? ''}/${id}`;
}
