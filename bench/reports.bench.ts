// What one hub takes of reports from SDK clients, against a server that only parses the same requests; and how much less its watchers are sent than was reported.

import { Scope } from '@relevo/e2e/scope';
import { createHubReporter, type RunningStep } from '@relevo/progress/report';
import { cutAll, type LiveServer, openWatchers, startBarePublish, startRelevo, startSocketIo } from './live-servers.ts';
import { type Figures, ratioOf, report, takeTurns } from './measure.ts';
import { type Teller, tellHub, tellPeer } from './update-teller.ts';

/** Application servers that report as fast as they can, and how many operations each has under way: so many that its queue has little to coalesce. */
const reporters = 4;
const operationsEach = 2_000;
/** What an application server lets wait before it reports on. */
const waitingMax = 2_000;
const runSeconds = 4;
/** Loops that report every step of what they do, and how often, per second. */
const loops = 20;
const reportsPerSecond = 1_000;
const rounds = 2;
const names = { taken: 'relevo hub', parsed: 'JSON parsed only', shown: 'relevo, coalesced', all: 'Socket.IO, every one' };

const scope = new Scope();
try {
  const hub = await startRelevo(scope);
  const bare = await startBarePublish(scope);
  const socketIo = await startSocketIo(scope);

  /** As many reports as are taken: each of another operation than the last. */
  async function saturate(url: string): Promise<Figures> {
    let taken = 0;
    const counting = Object.assign(
      async (input: string | URL | Request, init?: RequestInit) => {
        const response = await fetch(input, init);
        if (response.ok && init?.method === 'POST') taken += String(init.body).split('"seq":').length - 1;
        return response;
      },
      { preconnect: fetch.preconnect },
    );
    const sdk = Array.from({ length: reporters }, () => createHubReporter({ url, apiKey: hub.apiKey, fetch: counting }));
    const over = Promise.withResolvers<void>();
    const steps: RunningStep[][] = sdk.map(() => []);
    const works = sdk.flatMap((each, n) =>
      Array.from({ length: operationsEach }, () =>
        each.operation({ kind: 'bench' }).run((operation) =>
          operation.step('copy', (step) => {
            steps[n]?.push(step);
            return over.promise;
          }),
        ),
      ),
    );
    await Promise.all(sdk.map((each) => each.flush(60_000)));
    taken = 0;
    const began = performance.now();
    for (let progress = 0; performance.now() - began < runSeconds * 1000; progress += 0.01) {
      for (let at = 0; at < operationsEach; at += 100) {
        for (const [n, each] of sdk.entries()) {
          if (each.waiting < waitingMax)
            for (const step of steps[n]?.slice(at, at + 100) ?? []) step.progress(Math.min(100, progress), 'Copying the files of the branch…');
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const figures = { 'reports/s': taken / ((performance.now() - began) / 1000) };
    over.resolve();
    await Promise.all(works);
    await Promise.all(sdk.map((each) => each.close(60_000)));
    return figures;
  }

  /** What watchers are sent of loops that report more often than anybody can see. */
  async function coalesce(server: LiveServer, begin: (ids: readonly string[]) => Promise<Teller>): Promise<Figures> {
    const ids = Array.from({ length: loops }, () => `loop-${crypto.randomUUID()}`);
    const teller = await begin(ids);
    const watchers = await openWatchers(server, loops, (n) => ids[n] ?? '');
    const sum = (figure: 'texts' | 'bytes') => watchers.reduce((total, watcher) => total + watcher[figure], 0);
    const before = { texts: sum('texts'), bytes: sum('bytes') };
    const began = performance.now();
    let told = 0;
    for (let elapsed = 0; elapsed < runSeconds; elapsed = (performance.now() - began) / 1000) {
      for (const due = elapsed * reportsPerSecond * loops; told < due; told += 1) {
        teller.tell(told % loops, (elapsed * 100) / runSeconds, 'Copying the files of the branch…');
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await teller.flush();
    const seconds = (performance.now() - began) / 1000;
    const figures = {
      'told/s': told / seconds,
      'events/s': (sum('texts') - before.texts) / seconds,
      'egress kB/s': (sum('bytes') - before.bytes) / 1000 / seconds,
    };
    await teller.close();
    cutAll(watchers);
    return figures;
  }

  const results = await takeTurns(
    [
      { name: names.taken, run: () => saturate(hub.url) },
      { name: names.parsed, run: () => saturate(`http://127.0.0.1:${bare.port}`) },
      { name: names.shown, run: () => coalesce(hub, (ids) => tellHub(hub, ids, 1)) },
      { name: names.all, run: () => coalesce(socketIo, async (ids) => tellPeer(socketIo, ids, 1)) },
    ],
    rounds,
  );
  await report(
    'reports',
    `Reports of ${reporters} application servers; ${loops} loops that report ${reportsPerSecond} times a second; medians of ${rounds} rounds`,
    results,
    [
      { name: 'reports/s, relevo ÷ JSON parsed only', ratio: ratioOf(results, 'reports/s', names.taken, names.parsed), better: 'higher', aim: 0.25 },
      { name: 'egress, relevo ÷ Socket.IO', ratio: ratioOf(results, 'egress kB/s', names.shown, names.all), better: 'lower', aim: 0.05 },
    ],
  );
} finally {
  await scope.end();
}
