// Entry of a thread that fetches ranges and copies chunks, so that checking and writing leave the agent's own thread free.
import { copyChunks } from './copy-chunks.ts';
import { fetchRange, type RangeProgress } from './fetch-range.ts';
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
  const { id } = data.job;
  const abort = new AbortController();
  running.set(id, abort);
  const onProgress: RangeProgress = (bytes, verified) => tell({ type: 'progress', id, bytes, verified });
  const outcome = await (data.type === 'fetch' ? fetchRange(data.job, abort.signal, onProgress) : copyChunks(data.job, abort.signal, onProgress));
  running.delete(id);
  tell({ type: 'ended', id, outcome });
};
