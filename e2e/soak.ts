// npm run soak [-- --minutes N]: a hub on a bad day, five minutes long unless told otherwise. Connections are cut and left half open, readers
// do not read, frames lie, agents die and return, while operations run. It fails when the memory of the hub grows without bound, when
// something is left behind at the end, or when somebody who merely watched was shown anything but every event once and in order.
import { parseArgs } from 'node:util';
import { agentsOf, runAgent } from './harness/agent.ts';
import { deliver, upload } from './harness/deliveries.ts';
import { runHub } from './harness/hub.ts';
import { seededRandom } from './harness/random.ts';
import { Scope } from './harness/scope.ts';
import { pass, until } from './harness/until.ts';
import { Churn, pause } from './soak/churn.ts';
import { badDay } from './soak/clients.ts';
import { growthOf, residentBytes } from './soak/memory.ts';
import { Witness } from './soak/witness.ts';
import { Work } from './soak/work.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is not allowed: it must be a number above 0`);

const openOperations = 40;
const sampleEveryMs = 1_000;
const metricsToken = 'the token of the soak';
const say = (line: string) => process.stdout.write(`${line}\n`);

const scope = new Scope();
try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  await scope.end();
}

async function soak(): Promise<boolean> {
  const { random } = seededRandom(undefined);
  const hub = await runHub(scope, {
    METRICS_TOKEN: metricsToken,
    // Everything here comes from one user and one address.
    CONNECTIONS_PER_USER_MAX: '1000',
    USER_REQUESTS_PER_SECOND_MAX: '100000',
    ADDRESS_REQUESTS_PER_SECOND_MAX: '100000',
    // Short, so that every end is come to within minutes.
    OPERATION_UNUSED_MAX_MS: '3000',
    OPERATION_SILENT_MAX_MS: '4000',
    OPERATION_HISTORY: '30000',
    PROGRESS_SLOW_MAX_MS: '3000',
    PROGRESS_BUFFER_MAX_BYTES: '65536',
  });
  const session = hub.admin;
  const agent = await runAgent(scope, hub);
  const files = await Promise.all([1, 2, 3].map((count) => upload(session, `soak-${count}.bin`, crypto.getRandomValues(new Uint8Array(60_000)))));
  const witness = new Witness(session);
  await witness.opened;

  const work = new Work(session, openOperations, random);
  const began = performance.now();
  const churn = new Churn([
    { name: 'rounds of work', count: 1, live: (leaving) => work.live(leaving) },
    ...badDay({ session, work, random }),
    {
      name: 'deliveries',
      count: 1,
      async live(leaving) {
        await deliver(session, files[Math.floor(random() * files.length)]?.id ?? '', [agent.id]);
        await pause(1_000, leaving);
      },
    },
    {
      name: 'deaths of the agent',
      count: 1,
      async live(leaving) {
        await pause(8_000, leaving);
        await agent.kill();
        await pause(1_000, leaving);
        await agent.start();
      },
    },
  ]);

  const samples: number[] = [];
  const connectionsMax = new Map<string, number>();
  while (performance.now() - began < minutes * 60_000) {
    await pass(sampleEveryMs);
    samples.push(await residentBytes(hub.pid));
    for (const [kind, count] of await connectionsByKind()) connectionsMax.set(kind, Math.max(count, connectionsMax.get(kind) ?? 0));
  }
  const seconds = (performance.now() - began) / 1000;
  await churn.end();
  const latency = await eventLatency();
  const left = await leftBehind();
  witness.close();

  async function figures(): Promise<{ active_connections: number; active_operations: number }> {
    return session.ask('GET', '/api/metrics');
  }

  async function scrape(): Promise<string> {
    return (await fetch(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })).text();
  }

  /** Open connections by kind. */
  async function connectionsByKind(): Promise<[string, number][]> {
    return [...(await scrape()).matchAll(/^relevo_connections\{kind="(\w+)"\} (\d+)$/gm)].map(([, kind = '', count]) => [kind, Number(count)]);
  }

  /** The shares of events that were shown within a time, from the hub's own histogram. */
  async function eventLatency(): Promise<string> {
    const found = (await scrape()).matchAll(/^relevo_event_latency_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
    const buckets = [...found].map(([, le, count]) => ({ le, count: Number(count) }));
    const all = buckets.at(-1)?.count ?? 0;
    const within = (share: number) => buckets.find(({ count }) => count >= all * share)?.le;
    return `half of ${all} events within ${within(0.5)} s, 99 of 100 within ${within(0.99)} s`;
  }

  /** What is still open once everybody has gone, the agent and the witness aside; undefined when nothing is. */
  async function leftBehind(): Promise<string | undefined> {
    const clean = async () => {
      const { active_connections, active_operations } = await figures();
      const waiting = (await agentsOf(session)).reduce((sum, each) => sum + each.tasks_waiting, 0);
      return active_connections <= 2 && active_operations === 0 && waiting === 0;
    };
    try {
      await until('nothing left behind', clean, { timeoutMs: 60_000, everyMs: 500 });
      return undefined;
    } catch {
      return JSON.stringify(await figures());
    }
  }

  const { windows, isBounded } = growthOf(samples);
  const problems = hub.logs.filter(({ level }) => Number(level) >= 50);
  say(`${minutes} minutes, ${work.begun} operations, ${work.reports} reports (${Math.round(work.reports / seconds)}/s)`);
  for (const [name, count] of churn.ended) say(`  ${String(count).padStart(7)} ${name}`);
  for (const [text, count] of churn.failures) say(`  ${String(count).padStart(7)} times ${text}`);
  say(
    `at most ${[...connectionsMax].map(([kind, count]) => `${count} ${kind}`).join(', ')} connections at once; the witness saw ${witness.events} events; ${latency}`,
  );
  say(`memory of the hub after the warm-up: ${windows.map((bytes) => `${Math.round(bytes / 1024 ** 2)} MiB`).join(', ')}`);
  const verdicts: [string, boolean][] = [
    ['the memory of the hub is bounded', isBounded],
    [`nothing was left behind${left === undefined ? '' : `: ${left}`}`, left === undefined],
    [
      `the witness saw every event once and in order${witness.faults.length === 0 ? '' : `: ${witness.faults.slice(0, 5).join('; ')}`}`,
      witness.faults.length === 0,
    ],
    [`the hub logged no error${problems.length === 0 ? '' : `: ${JSON.stringify(problems[0])}`}`, problems.length === 0],
  ];
  for (const [verdict, holds] of verdicts) say(`${holds ? '✓' : '✗'} ${verdict}`);
  return verdicts.every(([, holds]) => holds);
}
