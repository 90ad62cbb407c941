// 50,000 files (BENCH_FILES) on the files' page in Chromium: how soon rows show where one lets go of the scrollbar, and what scrolling costs the
// browser, against the same page with a hundredth of them.
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { signInContext } from '@relevo/e2e/all-pages';
import { openBrowser } from '@relevo/e2e/browser';
import { type RunningHub, runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import type { CDPSession } from 'playwright-core';
import { type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';

const many = Number(process.env.BENCH_FILES ?? 50_000);
const few = Math.ceil(many / 100);
const rounds = Number(process.env.BENCH_ROUNDS ?? 2);
const runMs = 4000;
/** Pixels a frame: a fast wheel, about 70 rows a second. */
const step = 60;
/** Half a frame at 60 Hz, milliseconds of each second. */
const halfBusy = 500;
/** What people still take for at once, milliseconds. */
const aMoment = 1000;
/** Where the scrollbar is let go, as parts of the whole way. */
const places = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.99];

const scope = new Scope();
try {
  const hub = await runHub(scope);
  addFiles(hub, 'catalogue', many);
  addFiles(hub, 'short list', few);
  const results = await takeTurns(
    [
      { name: `${many} files`, run: () => measured(hub, 'catalogue', many) },
      { name: `${few} files`, run: () => measured(hub, 'short list', few) },
    ],
    rounds,
  );
  const ofMany = (figure: string) => medianOf(results, figure, `${many} files`);
  const ratio = (figure: string) => ratioOf(results, figure, `${many} files`, `${few} files`);
  await report('file-table', `scrolling through ${many} files, in Chromium`, results, [
    { name: 'top to bottom, until the last row shows, ms', ratio: ofMany('to the end ms'), better: 'lower', aim: aMoment },
    { name: 'rows show where the scrollbar is let go, ms', ratio: ofMany('jump ms'), better: 'lower', aim: aMoment },
    { name: `heap after it, ${many} / ${few} files`, ratio: ratio('heap MB'), better: 'lower', aim: 1.5 },
    { name: `scripting per second, ${many} / ${few} files`, ratio: ratio('scripting ms/s'), better: 'lower', aim: 1.5 },
    { name: 'scripting of the page, ms/s', ratio: ofMany('scripting ms/s'), better: 'lower', aim: halfBusy },
    { name: 'rows in the page', ratio: ofMany('rows in the page'), better: 'lower', aim: 100 },
  ]);
} finally {
  await scope.end();
}

/** Straight into the table: only the list is looked at, so the bytes are not needed. */
function addFiles({ dataDir, admin }: RunningHub, query: string, count: number): void {
  const db = new Database(join(dataDir, 'hub.db'));
  const insert = db.prepare('INSERT INTO file (id, owner_id, name, name_folded, size, sha256, media_type, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let index = 0; index < count; index++) {
      const name = nameOf(query, index);
      insert.run(Bun.randomUUIDv7(), admin.userId, name, name, index, Bun.SHA256.hash(name, 'hex'), 'application/pdf', new Date(index * 1000).toISOString());
    }
  })();
  db.close();
}

function nameOf(query: string, index: number): string {
  return `${query} ${String(index).padStart(6, '0')}.pdf`;
}

/** Opens the files that have `query` in their names in a browser of its own, goes to the last, to a few places between, and scrolls up and down a few seconds. */
async function measured(hub: RunningHub, query: string, count: number): Promise<Figures> {
  const own = new Scope();
  try {
    const context = await openBrowser(own);
    await signInContext(context, hub.admin);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    // Processor time of the page's main thread: what else the machine does counts for nobody.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`${hub.url}/files?sort=name&q=${encodeURIComponent(query)}`);
    await page.getByText(`${query} 0`).first().waitFor();
    const start = await busyOf(session);
    const toEnd = await page.evaluate(scrollToEnd, nameOf(query, count - 1));
    const end = await busyOf(session);
    const jumps = await page.evaluate(jumpTo, { places, text: query });
    await page.evaluate(() => scrollTo({ top: 0 }));
    const before = await busyOf(session);
    const began = performance.now();
    const frames = await page.evaluate(scrollFor, { ms: runMs, step });
    const seconds = (performance.now() - began) / 1000;
    const after = await busyOf(session);
    await session.send('HeapProfiler.collectGarbage');
    return {
      'to the end ms': toEnd,
      'to the end scripting ms': (end.script - start.script) * 1000,
      'jump ms': jumps.toSorted((a, b) => a - b)[jumps.length >> 1] ?? Number.NaN,
      'heap MB': (await busyOf(session)).heap / 1e6,
      'scripting ms/s': ((after.script - before.script) / seconds) * 1000,
      'all tasks ms/s': ((after.task - before.task) / seconds) * 1000,
      'frames/s': frames / seconds,
      'rows in the page': await page.locator('[data-index]').count(),
    };
  } finally {
    await own.end();
  }
}

/** Runs in the page: holds the scrollbar at the bottom until the row called `name` is there; resolves to milliseconds. */
async function scrollToEnd(name: string): Promise<number> {
  const began = performance.now();
  const isThere = () => [...document.querySelectorAll('[data-index]')].some(({ textContent }) => textContent?.includes(name));
  while (!isThere()) {
    scrollTo({ top: document.body.scrollHeight });
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - began;
}

/** Runs in the page: lets the scrollbar go at each place and waits until a row with `text` is in the middle of the window; resolves to milliseconds for each. */
async function jumpTo({ places, text }: { places: readonly number[]; text: string }): Promise<number[]> {
  const took: number[] = [];
  for (const place of places) {
    scrollTo({ top: (document.body.scrollHeight - innerHeight) * place });
    const began = performance.now();
    const isThere = () =>
      document
        .elementFromPoint(innerWidth / 2, innerHeight / 2)
        ?.closest('[data-index]')
        ?.textContent?.includes(text);
    do await new Promise(requestAnimationFrame);
    while (!isThere());
    took.push(performance.now() - began);
  }
  return took;
}

/** Runs in the page: one step a frame, turning around at the ends; resolves to the number of frames. */
async function scrollFor({ ms, step }: { ms: number; step: number }): Promise<number> {
  const end = performance.now() + ms;
  let frames = 0;
  let by = step;
  while (performance.now() < end) {
    const before = scrollY;
    scrollBy(0, by);
    if (scrollY === before && frames > 0) by = -by;
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  return frames;
}

/** Seconds since the page began, and bytes of script's objects. */
async function busyOf(session: CDPSession): Promise<{ script: number; task: number; heap: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { script: value('ScriptDuration'), task: value('TaskDuration'), heap: value('JSHeapUsedSize') };
}
