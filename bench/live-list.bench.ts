// A thousand live operations on the operations' page, each moving ten times a second, in Chromium: what the page costs the browser a second, and how long its tasks are, against the same list naïvely rendered.
import { Scope } from '@relevo/e2e/scope';
import { pass, until } from '@relevo/e2e/until';
import { type BareBrowser, type BarePage, startBareChromium } from './live-list/bare-chromium.ts';
import { type ScriptedHub, startScriptedHub } from './live-list/scripted-hub.ts';
import { type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';
import { percentile } from './percentile.ts';

const operationCount = Number(process.env.BENCH_OPERATIONS ?? 1_000);
const updatesPerSecond = Number(process.env.BENCH_UPDATES ?? 10);
const runSeconds = 4;
const tracedSeconds = 2;
const rounds = Number(process.env.BENCH_ROUNDS ?? 2);
/** Until it is looked at how the page does, milliseconds. */
const settleMs = 1500;
/** The naïve list takes its time. */
const patience = { timeoutMs: 120_000, everyMs: 100 };
/** One frame at 60 Hz, milliseconds. */
const frameMs = 16.7;
const names = { ours: 'relevo page', naive: 'naïve list' };

const scope = new Scope();
try {
  const hub = await startScriptedHub(scope, operationCount);
  const results = await takeTurns(
    [
      { name: names.ours, run: () => measured(hub, '/operations', loadAll) },
      { name: names.naive, run: () => measured(hub, '/naive', allRowsThere) },
    ],
    rounds,
  );
  await report('live-list', `${operationCount} live operations, ${updatesPerSecond} updates/s each, in Chromium`, results, [
    { name: 'scripting per second, ours / naïve', ratio: ratioOf(results, 'scripting ms/s', names.ours, names.naive), better: 'lower', aim: 0.5 },
    // On a machine too busy to take them all, each contender is asked for what it did take.
    { name: 'scripting per message taken, ours / naïve', ratio: ratioOf(results, 'scripting µs each', names.ours, names.naive), better: 'lower', aim: 0.5 },
    { name: 'scripting of the page, ms/s', ratio: medianOf(results, 'scripting ms/s', names.ours), better: 'lower', aim: 500 },
    { name: 'p99 of its tasks, ms', ratio: medianOf(results, 'task p99 ms', names.ours), better: 'lower', aim: frameMs },
    { name: 'messages taken, part of those sent', ratio: medianOf(results, 'taken part', names.ours), better: 'higher', aim: 0.95 },
  ]);
} finally {
  await scope.end();
}

/** Reads on to the last operation, so that all of them are in the list, and goes back to the first. */
async function loadAll(page: BarePage): Promise<void> {
  const isFirstShown = () => page.evaluate(() => document.querySelector('tbody')?.textContent.includes('catalogue-0.pdf') ?? false);
  await until('the first operation shows', isFirstShown, patience);
  await until(
    'every operation is in the list',
    async () => {
      const rows = await page.evaluate(() => {
        scrollTo({ top: document.body.scrollHeight });
        return document.querySelector('table')?.getAttribute('aria-rowcount');
      });
      return rows === String(operationCount + 1);
    },
    patience,
  );
  await page.evaluate(() => scrollTo({ top: 0 }));
  await until('the first operation shows again', isFirstShown, patience);
}

async function allRowsThere(page: BarePage): Promise<void> {
  const rows = () => page.evaluate(() => document.querySelectorAll('tbody tr').length);
  await until('every operation is in the naïve list', async () => (await rows()) === operationCount, patience);
}

/** Opens a page in a browser of its own, lets it settle under the updates, and looks at it three times, the lightest instrument first: each is felt. */
async function measured(hub: ScriptedHub, path: string, ready: (page: BarePage) => Promise<void>): Promise<Figures> {
  const own = new Scope();
  try {
    const browser = await startBareChromium(own);
    const page = await browser.open(hub.url + path, countMessagesAndFrames);
    await ready(page);
    hub.move(updatesPerSecond);
    await pass(settleMs);
    const undisturbed = await takenOf(hub, page, runSeconds * 1000);
    // Processor time of the page's main thread: what else the machine does counts for nobody. The clock is read at each task, by a call of the system.
    await page.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await metricsOf(page);
    const timed = await takenOf(hub, page, runSeconds * 1000);
    const after = await metricsOf(page);
    const busy = (name: string) => (((after[name] ?? 0) - (before[name] ?? 0)) / timed.seconds) * 1000;
    // What is traced is slower still, and the trace is much to hand over.
    const tasks = await tasksOf(browser, tracedSeconds * 1000);
    return {
      'scripting ms/s': busy('ScriptDuration'),
      'scripting µs each': (busy('ScriptDuration') * 1000) / timed.messages,
      'all tasks ms/s': busy('TaskDuration'),
      'task p99 ms': percentile(tasks, 0.99),
      'longest task ms': Math.max(...tasks),
      'over a frame %': (tasks.filter((ms) => ms > frameMs).length / tasks.length) * 100,
      'frames/s': undisturbed.frames,
      'taken/s': undisturbed.messages,
      'taken part': undisturbed.messages / undisturbed.sent,
      'taken part, timed': timed.messages / timed.sent,
    };
  } finally {
    hub.move(0);
    await own.end();
  }
}

/** What came to the page and was sent to it over a while, each a second. */
async function takenOf(hub: ScriptedHub, page: BarePage, ms: number): Promise<Counts & { sent: number; seconds: number }> {
  const [before, sentBefore, began] = [await countsOf(page), hub.sent, performance.now()];
  await pass(ms);
  const [after, sentAfter, ended] = [await countsOf(page), hub.sent, performance.now()];
  const seconds = (ended - began) / 1000;
  return {
    messages: (after.messages - before.messages) / seconds,
    frames: (after.frames - before.frames) / seconds,
    sent: (sentAfter - sentBefore) / seconds,
    seconds,
  };
}

interface Counts {
  messages: number;
  frames: number;
}

/** Runs in the page before its own scripts. */
function countMessagesAndFrames(): void {
  const counts: Counts = { messages: 0, frames: 0 };
  Object.assign(globalThis, { benchCounts: counts });
  const Plain = WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', () => {
        counts.messages += 1;
      });
    }
  };
  const frame = () => {
    counts.frames += 1;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function countsOf(page: BarePage): Promise<Counts> {
  return page.evaluate(() => ({ ...(globalThis as unknown as { benchCounts: Counts }).benchCounts }));
}

async function metricsOf(page: BarePage): Promise<Record<string, number>> {
  const { metrics } = await page.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Processor time, microseconds. */
  tdur?: number;
  args: { name?: string };
}

/** The processor time of each task on the page's main thread over a while, milliseconds: what a frame has to wait for. */
async function tasksOf(browser: BareBrowser, ms: number): Promise<number[]> {
  const events: TraceEvent[] = [];
  browser.on('Tracing.dataCollected', (data) => void events.push(...(data as { value: TraceEvent[] }).value));
  const complete = new Promise<unknown>((resolve) => browser.on('Tracing.tracingComplete', resolve));
  await browser.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', '__metadata'] } });
  await pass(ms);
  await browser.send('Tracing.end');
  await complete;
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
  const byThread = new Map<string, number[]>();
  for (const { name, ph, pid, tid, tdur } of events) {
    const thread = `${pid} ${tid}`;
    if (ph !== 'X' || tdur === undefined || !name.endsWith('RunTask') || !mains.has(thread)) continue;
    const tasks = byThread.get(thread) ?? [];
    tasks.push(tdur / 1000);
    byThread.set(thread, tasks);
  }
  // The page is the one that did something.
  const total = (tasks: readonly number[]) => tasks.reduce((sum, task) => sum + task, 0);
  const [tasks = []] = [...byThread.values()].toSorted((a, b) => total(b) - total(a));
  if (tasks.length === 0) throw new Error('the trace names no tasks');
  return tasks;
}
