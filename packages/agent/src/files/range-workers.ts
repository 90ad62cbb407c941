// The threads that fetch ranges and copy chunks: started when first needed, shared by all transfers.
import type { CopyJob, FromRangeWorker, RangeJob, RangeOutcome, ToRangeWorker } from './range-messages.ts';
import { type Activity, type ActivityCell, activityIn, createActivityCell } from './thread-activity.ts';

export interface RangeListener {
  /** A thread has it; `activity` tells what that thread does at the moment. */
  onBegin(activity: () => Activity): void;
  onProgress(bytes: number, verified: number[]): void;
}

export interface RangeWorkers {
  /** Fetches a range on the least busy thread; resolves to how it ended, never rejects. */
  fetch(job: Omit<RangeJob, 'id'>, listener: RangeListener, signal: AbortSignal): Promise<RangeOutcome>;
  /** Copies chunks, the same way; `done` also when some were not as they should be: those are never told as verified. */
  copy(job: Omit<CopyJob, 'id'>, listener: RangeListener, signal: AbortSignal): Promise<RangeOutcome>;
  /** Ends the threads; call it when nothing runs on them. */
  stop(): void;
}

interface Running {
  listener: RangeListener;
  end(outcome: RangeOutcome): void;
}

interface Thread {
  worker: Worker;
  running: Map<number, Running>;
  activity: ActivityCell;
}

export function createRangeWorkers(count: number): RangeWorkers {
  const threads: Thread[] = [];
  let lastId = 0;

  function start(): Thread {
    const thread: Thread = { worker: new Worker(new URL('./range-worker.ts', import.meta.url)), running: new Map(), activity: createActivityCell() };
    thread.worker.postMessage({ type: 'begin', activity: thread.activity } satisfies ToRangeWorker);
    thread.worker.onmessage = ({ data }: MessageEvent<FromRangeWorker>) => {
      const running = thread.running.get(data.id);
      if (data.type === 'progress') running?.listener.onProgress(data.bytes, data.verified);
      else running?.end(data.outcome);
    };
    // A thread that dies takes its ranges with it; they are asked for again on a new one.
    thread.worker.onerror = (event) => {
      threads.splice(threads.indexOf(thread), 1);
      thread.worker.terminate();
      for (const running of [...thread.running.values()]) running.end({ kind: 'cut', reason: `a thread ended: ${event.message}` });
    };
    threads.push(thread);
    return thread;
  }

  function leastBusy(): Thread {
    const idle = threads.reduce<Thread | undefined>((best, thread) => (best && best.running.size <= thread.running.size ? best : thread), undefined);
    return idle && (idle.running.size === 0 || threads.length >= count) ? idle : start();
  }

  function run(message: (id: number) => ToRangeWorker, listener: RangeListener, signal: AbortSignal): Promise<RangeOutcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'aborted' });
    const thread = leastBusy();
    lastId += 1;
    const id = lastId;
    const tell = (told: ToRangeWorker) => thread.worker.postMessage(told);
    return new Promise((resolve) => {
      const onAbort = () => tell({ type: 'abort', id });
      signal.addEventListener('abort', onAbort, { once: true });
      thread.running.set(id, {
        listener,
        end(outcome) {
          thread.running.delete(id);
          signal.removeEventListener('abort', onAbort);
          resolve(outcome);
        },
      });
      tell(message(id));
      listener.onBegin(() => activityIn(thread.activity));
    });
  }

  return {
    fetch: (job, listener, signal) => run((id) => ({ type: 'fetch', job: { ...job, id } }), listener, signal),
    copy: (job, listener, signal) => run((id) => ({ type: 'copy', job: { ...job, id } }), listener, signal),
    stop() {
      for (const { worker } of threads.splice(0)) worker.terminate();
    },
  };
}
