// Thousands of operations, each with its own watcher, each moving ten times a second: the time from a report to its receipt, against Socket.IO.
import { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import { cutAll, type LiveServer, openWatchers, startRelevo, startSocketIo } from './live-servers.ts';
import { cpuSeconds, type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';
import { percentile } from './percentile.ts';
import type { RawWatcher } from './raw-watcher.ts';
import { type Teller, tellHub, tellPeer } from './update-teller.ts';

const operationCount = Number(process.env.BENCH_OPERATIONS ?? 5_000);
const updatesPerSecond = 10;
const runSeconds = 5;
/** Application servers that report. */
const reporters = 4;
/** Updates are spread evenly over time: what is due is told this often, milliseconds. */
const paceMs = 5;
const rounds = 2;
const latencyAimMs = 100;
const names = { ours: 'relevo hub', socketIo: 'Socket.IO' };
/** Stands in every message before the time at which it was told. */
const mark = Buffer.from('told at ');

const scope = new Scope();
try {
  const ids = Array.from({ length: operationCount }, (_, n) => `many-${n}`);
  const hub = await startRelevo(scope);
  const socketIo = await startSocketIo(scope);
  const contenders = [
    await contender(names.ours, hub, await tellHub(hub, ids, reporters)),
    await contender(names.socketIo, socketIo, tellPeer(socketIo, ids, reporters)),
  ];

  async function contender(name: string, server: LiveServer, teller: Teller) {
    const watchers = await openWatchers(server, operationCount, (n) => ids[n] ?? '');
    scope.onEnd(async () => {
      await teller.close();
      cutAll(watchers);
    });
    return { name, run: () => run(server, teller, watchers) };
  }

  let progress = 0;
  async function run(server: LiveServer, teller: Teller, watchers: readonly RawWatcher[]): Promise<Figures> {
    const latencies: number[] = [];
    for (const watcher of watchers) {
      watcher.onText = (payload) => {
        const at = payload.indexOf(mark);
        if (at >= 0) latencies.push(performance.now() - numberAt(payload, at + mark.length));
      };
    }
    const cpuBefore = await cpuSeconds(server.pid);
    const began = performance.now();
    let told = 0;
    for (let elapsed = 0; elapsed < runSeconds; elapsed = (performance.now() - began) / 1000) {
      const due = Math.floor(elapsed * updatesPerSecond * operationCount);
      for (; told < due; told += 1) {
        if (told % operationCount === 0) progress += 0.01;
        teller.tell(told % operationCount, progress, `Copying, told at ${performance.now().toFixed(3)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
    const seconds = (performance.now() - began) / 1000;
    const cpu = (await cpuSeconds(server.pid)) - cpuBefore;
    await teller.flush();
    let last = -1;
    const isSame = () => {
      const before = last;
      last = latencies.length;
      return before === last;
    };
    await until('nothing more comes', isSame, { everyMs: 250 });
    return {
      'p50 ms': percentile(latencies, 0.5),
      'p99 ms': percentile(latencies, 0.99),
      'max ms': percentile(latencies, 1),
      'told/s': told / seconds,
      'shown %': (latencies.length * 100) / told,
      'server CPU %': (cpu * 100) / seconds,
    };
  }

  const results = await takeTurns(contenders, rounds);
  await report(
    'many-operations',
    `${operationCount} operations, each with its watcher, each moving ${updatesPerSecond} times a second; medians of ${rounds} rounds`,
    results,
    [
      { name: `p99, relevo ÷ ${latencyAimMs} ms`, ratio: medianOf(results, 'p99 ms', names.ours) / latencyAimMs, better: 'lower', aim: 1 },
      { name: 'p99, relevo ÷ Socket.IO', ratio: ratioOf(results, 'p99 ms', names.ours, names.socketIo), better: 'lower', aim: 1 },
    ],
  );
} finally {
  await scope.end();
}

/** The number that begins at `at`, in ASCII digits. */
function numberAt(bytes: Buffer, at: number): number {
  let end = at;
  while (end < bytes.length && ((bytes[end] ?? 0) === 0x2e || ((bytes[end] ?? 0) >= 0x30 && (bytes[end] ?? 0) <= 0x39))) end += 1;
  return Number(bytes.toString('latin1', at, end));
}
