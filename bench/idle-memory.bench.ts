// Thousands of idle watchers that proved who they are: the server's memory for each, over what the process took without them, against `ws`, Socket.IO and bare Bun.
import { readFile } from 'node:fs/promises';
import { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import { cutAll, type LiveServer, openWatchers, startBarePublish, startRelevo, startSocketIo, startWs } from './live-servers.ts';
import { type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';

const watcherCount = Number(process.env.BENCH_WATCHERS ?? 15_000);
/** Each begins with new processes, and differs from the next by a twentieth. */
const rounds = 1;
const aimKiB = 4;
/** The least that is waited for a process to give back what it needed for a moment, and how long its size must have stood still, milliseconds. */
const settleMs = 1_500;
const names = { ours: 'relevo hub', bare: 'bare Bun', ws: 'ws', socketIo: 'Socket.IO' };
const starts = new Map<string, (scope: Scope) => Promise<LiveServer>>([
  [names.ours, startRelevo],
  [names.bare, startBarePublish],
  [names.ws, startWs],
  [names.socketIo, startSocketIo],
]);

/** Each run has a server of its own: what one opened shall not be what another finds warm. */
async function measure(start: (scope: Scope) => Promise<LiveServer>): Promise<Figures> {
  const scope = new Scope();
  try {
    const server = await start(scope);
    await server.begin(['idle']);
    // What the first few need once (code that is compiled, pages that are built) is not what each of them takes.
    const first = await openWatchers(server, 200, () => 'idle');
    const empty = await settledMemory(server.pid);
    const began = performance.now();
    const watchers = await openWatchers(server, watcherCount, () => 'idle');
    const seconds = (performance.now() - began) / 1000;
    const full = await settledMemory(server.pid);
    cutAll([...first, ...watchers]);
    return { 'KiB each': (full - empty) / watcherCount, 'empty MiB': empty / 1024, 'full MiB': full / 1024, 'opened/s': watcherCount / seconds };
  } finally {
    await scope.end();
  }
}

/** Resident memory of a process once it stands still, KiB. */
async function settledMemory(pid: number): Promise<number> {
  let last = 0;
  let since = performance.now();
  return until(
    'the memory stands still',
    async () => {
      const now = await residentKiB(pid);
      if (Math.abs(now - last) > 256) {
        last = now;
        since = performance.now();
      }
      return performance.now() - since >= settleMs ? now : undefined;
    },
    { everyMs: 100 },
  );
}

async function residentKiB(pid: number): Promise<number> {
  // proc_pid_status(5): "VmRSS: Resident set size", in kB of 1024 bytes.
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

const results = await takeTurns(
  [...starts].map(([name, start]) => ({ name, run: () => measure(start) })),
  rounds,
);
await report('idle-memory', `${watcherCount} idle watchers of one operation, after a round that warms up`, results, [
  { name: `memory each, relevo ÷ ${aimKiB} KiB`, ratio: medianOf(results, 'KiB each', names.ours) / aimKiB, better: 'lower', aim: 1 },
  { name: 'memory each, relevo ÷ ws', ratio: ratioOf(results, 'KiB each', names.ours, names.ws), better: 'lower', aim: 1 },
  { name: 'memory each, relevo ÷ Socket.IO', ratio: ratioOf(results, 'KiB each', names.ours, names.socketIo), better: 'lower', aim: 1 },
]);
