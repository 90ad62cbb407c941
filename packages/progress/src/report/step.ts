// One running step as its work sees it: says how far it is, begins steps within itself, and hears that it shall stop.
import { type Measures, RateMeter, type Said, type StepChange } from '../engine/index.ts';
import { parseStepId } from './parse-ids.ts';

/** Where the reports of one operation go, and what tells its work to stop. Reports never fail and never wait. */
export interface ReportTarget {
  /** Aborted when somebody asks the operation to stop, or when it ended elsewhere. */
  readonly signal: AbortSignal;
  report(step: string, change: StepChange): void;
  /** What a step that was stopped says, in the language of the operation. */
  readonly saidWhenStopped: Said;
}

/** What a step says by itself. */
export interface StepOptions {
  /** Said when the step begins. */
  message?: string;
  /** Said when the step has completed; absent: what it said last. */
  done?: string;
}

/** What the work of a step can say, and hear. */
export interface RunningStep {
  /** As on the wire; a step within another one is `parent.child`. */
  readonly id: string;
  /** Aborted when the operation shall stop: hand it to whatever takes it, or call `throwIfAborted` at a safe point. */
  readonly signal: AbortSignal;
  /** Per cent, 0 to 100, or null when nobody can tell; it never falls on the watchers' side. */
  progress(percent: number | null, message?: string): void;
  /** Says something else without a change of the percentage. */
  message(text: string): void;
  /** Bytes done, of how many when that is known: percentage, bytes per second and time left follow from them. */
  bytes(done: number, total?: number, message?: string): void;
  /** Runs a step within this one. */
  step<T>(id: string, work: (step: RunningStep) => T | Promise<T>, options?: StepOptions): Promise<T>;
}

/**
 * Runs `work` as a step: `in_progress`, then `completed` with its last message, or `error` with the message of what it threw.
 * @returns what `work` returned
 * @throws what `work` threw, after it was reported; the reason of the signal when the operation was stopped before the step began
 */
export async function runStep<T>(target: ReportTarget, id: string, work: (step: RunningStep) => T | Promise<T>, options: StepOptions = {}): Promise<T> {
  target.signal.throwIfAborted();
  let said = options.message ?? '';
  const meter = new RateMeter();
  // The end tells how many bytes it was, also when the last count came too soon after the one before to be shown.
  const counted: Pick<Measures, 'bytes' | 'total_bytes'> = {};
  const tell = (change: Omit<StepChange, 'status' | 'message'>, message = said) => {
    said = message;
    target.report(id, { status: 'in_progress', message, ...change });
  };
  const step: RunningStep = {
    id,
    signal: target.signal,
    progress: (percent, message) => tell({ progress: percent }, message),
    message: (text) => tell({}, text),
    bytes(done, total, message) {
      meter.add(done, performance.now());
      const bytes = Math.round(done);
      Object.assign(counted, { bytes, ...(total !== undefined && { total_bytes: Math.round(total) }) });
      const known =
        total === undefined
          ? {}
          : { progress: total === 0 ? 100 : Math.floor((done * 100) / total), total_bytes: Math.round(total), eta_ms: meter.etaMs(total) };
      tell({ ...known, bytes, rate: meter.rate() }, message);
    },
    step: (child, childWork, childOptions) => runStep(target, parseStepId(`${id}.${child}`), childWork, childOptions),
  };
  target.report(id, { status: 'in_progress', message: said, progress: 0 });
  try {
    const result = await work(step);
    target.report(id, { status: 'completed', message: options.done ?? said, ...counted });
    return result;
  } catch (error) {
    target.report(id, { status: 'error', ...(target.signal.aborted ? target.saidWhenStopped : { message: messageOf(error) }) });
    throw error;
  }
}

/** What people are told of something that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}
