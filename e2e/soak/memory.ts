// The memory of a process over time, and whether it grows without bound.
import { readFile } from 'node:fs/promises';

/** Resident memory of a process, bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const kibibytes = status === undefined ? await askPs(pid) : /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!kibibytes) throw new Error(`nothing is known of the memory of process ${pid}`);
  return Number(kibibytes) * 1024;
}

/** Where there is no /proc. */
async function askPs(pid: number): Promise<string> {
  return (await new Response(Bun.spawn(['ps', '-o', 'rss=', '-p', String(pid)]).stdout).text()).trim();
}

export interface Growth {
  /** Median of each window after the warm-up, bytes. */
  windows: number[];
  isBounded: boolean;
}

/** What is left out at the beginning: caches fill, code is compiled. */
const warmUpShare = 1 / 3;
const windowCount = 4;
/** The last window may be over the first by this share, and by this much besides: a collector works in its own time. */
const growthMaxShare = 0.2;
const growthMaxBytes = 24 * 1024 ** 2;

/** Compares the medians of windows of `samples`, which were taken at even distances. */
export function growthOf(samples: readonly number[]): Growth {
  const settled = samples.slice(Math.floor(samples.length * warmUpShare));
  const size = Math.floor(settled.length / windowCount);
  if (size < 1) throw new Error('there are too few samples to compare');
  const windows = Array.from({ length: windowCount }, (_, index) => median(settled.slice(index * size, (index + 1) * size)));
  const [first = 0, last = 0] = [windows[0], windows.at(-1)];
  return { windows, isBounded: last <= first * (1 + growthMaxShare) + growthMaxBytes };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
