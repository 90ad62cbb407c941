// The SHA-256 of a whole file, made while it arrives: a thread reads what is verified from the page cache.
import { type Activity, type ActivityCell, activityIn, createActivityCell } from './thread-activity.ts';

export type ToHashWorker =
  /** The first message: where the thread says what it does. */
  | { type: 'show'; activity: ActivityCell }
  | { type: 'begin'; id: number; fd: number; size: number }
  /** Everything before `limit` may be read. */
  | { type: 'advance'; id: number; limit: number }
  | { type: 'cancel'; id: number };

export type FromHashWorker =
  | { type: 'digest'; id: number; sha256: string }
  | { type: 'failed'; id: number; reason: string }
  /** The thread does not touch the file any more. */
  | { type: 'cancelled'; id: number };

export interface WholeHash {
  advance(limit: number): void;
  /** Lower-case hex, once everything was read. @throws Error when the file cannot be read */
  digest: Promise<string>;
  /** Resolves when the thread does not touch the file any more: from then on its descriptor may be closed. */
  cancel(): Promise<void>;
}

export interface WholeHashes {
  begin(fd: number, size: number): WholeHash;
  /** What the thread does at this moment. */
  activity(): Activity;
  stop(): void;
}

interface Waiting {
  resolve(sha256: string): void;
  reject(error: Error): void;
  cancelled(): void;
}

export function createWholeHashes(): WholeHashes {
  const activity = createActivityCell();
  let worker: Worker | undefined;
  const waiting = new Map<number, Waiting>();
  let lastId = 0;

  function thread(): Worker {
    if (worker) return worker;
    worker = new Worker(new URL('./hash-worker.ts', import.meta.url));
    worker.postMessage({ type: 'show', activity } satisfies ToHashWorker);
    worker.onmessage = ({ data }: MessageEvent<FromHashWorker>) => {
      const reading = waiting.get(data.id);
      if (data.type === 'digest') reading?.resolve(data.sha256);
      else if (data.type === 'failed') reading?.reject(new Error(data.reason));
      else reading?.cancelled();
    };
    worker.onerror = (event) => {
      worker?.terminate();
      worker = undefined;
      for (const reading of waiting.values()) {
        reading.reject(new Error(`the hashing thread ended: ${event.message}`));
        reading.cancelled();
      }
    };
    return worker;
  }

  return {
    begin(fd, size) {
      lastId += 1;
      const id = lastId;
      const tell = (message: ToHashWorker) => thread().postMessage(message);
      const digest = Promise.withResolvers<string>();
      const cancelled = Promise.withResolvers<void>();
      // A transfer that fails first never looks at the digest.
      digest.promise.catch(() => {});
      waiting.set(id, { resolve: digest.resolve, reject: digest.reject, cancelled: cancelled.resolve });
      tell({ type: 'begin', id, fd, size });
      return {
        advance: (limit) => tell({ type: 'advance', id, limit }),
        digest: digest.promise,
        async cancel() {
          tell({ type: 'cancel', id });
          await cancelled.promise;
          waiting.delete(id);
        },
      };
    },
    activity: () => activityIn(activity),
    stop() {
      worker?.terminate();
      worker = undefined;
    },
  };
}
