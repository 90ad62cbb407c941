// One operation watched by thousands: events delivered per second, against the runtime's bare publish, `ws` and Socket.IO.
import { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import { cutAll, type LiveServer, openWatchers, startBarePublish, startRelevo, startSocketIo, startWs, type Update } from './live-servers.ts';
import { cpuSeconds, type Figures, ratioOf, report, takeTurns } from './measure.ts';
import type { RawWatcher } from './raw-watcher.ts';

const watcherCount = Number(process.env.BENCH_WATCHERS ?? 5_000);
/** Steps that go on side by side, as those of a delivery to twenty agents. */
const steps = 20;
/** How often each of them moves in one run: a second's worth, more or less. */
const moves = { fast: 30, slow: 2 };
const rounds = 3;
const names = { ours: 'relevo hub', bare: 'bare Bun publish', ws: 'ws', socketIo: 'Socket.IO' };
const operation = 'fan-out';

const scope = new Scope();
try {
  const servers = new Map<string, LiveServer>([
    // A move is with everybody in less than 50 ms: by default the hub would hold the next one back, and that would be measured.
    [names.ours, await startRelevo(scope, { TICK_INTERVAL_MS: '10' })],
    [names.bare, await startBarePublish(scope)],
    [names.ws, await startWs(scope)],
    [names.socketIo, await startSocketIo(scope)],
  ]);
  let watchers: RawWatcher[] = [];
  let progress = 0;

  function contender(name: string) {
    const server = servers.get(name) as LiveServer;
    return {
      name,
      async prepare() {
        cutAll(watchers);
        await server.begin([operation]);
        // Steps that have begun: what is measured are percentages, the bulk of what watchers are sent.
        await server.publish(batch());
        watchers = await openWatchers(server, watcherCount, () => operation);
        await settled(watchers);
      },
      run: () => fanOut(server, watchers, name === names.ours || name === names.bare ? moves.fast : moves.slow),
    };
  }

  function batch(): Update[] {
    progress += 0.001;
    return Array.from({ length: steps }, (_, n) => ({ operation_id: operation, step: `step-${n}`, message: 'Copying the files of the branch…', progress }));
  }

  async function fanOut(server: LiveServer, to: readonly RawWatcher[], count: number): Promise<Figures> {
    const cpuBefore = await cpuSeconds(server.pid);
    const loadBefore = process.cpuUsage();
    const began = performance.now();
    for (let move = 0; move < count; move += 1) {
      const before = textsOf(to);
      await server.publish(batch());
      // Nobody is sent more than they take: the next move comes when this one is with everybody.
      await until('everybody has every event', () => textsOf(to) - before >= steps * to.length, { timeoutMs: 60_000, everyMs: 1 });
    }
    const seconds = (performance.now() - began) / 1000;
    const load = process.cpuUsage(loadBefore);
    const events = count * steps * to.length;
    const cpu = (await cpuSeconds(server.pid)) - cpuBefore;
    return { 'events/s': events / seconds, 'CPU s/M events': (cpu * 1e6) / events, 'load CPU s/M': (load.user + load.system) / events };
  }

  function textsOf(of: readonly RawWatcher[]): number {
    let sum = 0;
    for (const watcher of of) sum += watcher.texts;
    return sum;
  }

  /** What answers the watchers has all come. */
  async function settled(of: readonly RawWatcher[]): Promise<void> {
    let last = -1;
    await until(
      'nothing more comes',
      () => {
        const now = textsOf(of);
        const isSame = now === last;
        last = now;
        return isSame;
      },
      { everyMs: 100 },
    );
  }

  const results = await takeTurns(Object.values(names).map(contender), rounds);
  cutAll(watchers);
  await report('fan-out', `One operation to ${watcherCount} watchers, ${steps} steps at once; medians of ${rounds} rounds`, results, [
    { name: 'events/s, relevo ÷ bare publish', ratio: ratioOf(results, 'events/s', names.ours, names.bare), better: 'higher', aim: 0.85 },
    { name: 'events/s, relevo ÷ Socket.IO', ratio: ratioOf(results, 'events/s', names.ours, names.socketIo), better: 'higher', aim: 3.5 },
  ]);
} finally {
  await scope.end();
}
