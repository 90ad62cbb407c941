// Entry of a thread that fetches and checks ranges, so that hashing and writing leave the agent's own thread free.
import { fetchRange } from './fetch-range.ts';
import type { FromRangeWorker, ToRangeWorker } from './range-messages.ts';
import { showActivityIn } from './thread-activity.ts';

declare const self: Worker;

const running = new Map<number, AbortController>();

function tell(message: FromRangeWorker): void {
  self.postMessage(message);
}

self.onmessage = async ({ data }: MessageEvent<ToRangeWorker>) => {
  if (data.type === 'begin') {
    showActivityIn(data.activity);
    return;
  }
  if (data.type === 'abort') {
    running.get(data.id)?.abort();
    return;
  }
  const { job } = data;
  const abort = new AbortController();
  running.set(job.id, abort);
  const outcome = await fetchRange(job, abort.signal, (bytes, verified) => tell({ type: 'progress', id: job.id, bytes, verified }));
  running.delete(job.id);
  tell({ type: 'ended', id: job.id, outcome });
};
