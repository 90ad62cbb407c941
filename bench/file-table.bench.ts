// Scrolling through 10,000 files (BENCH_FILES) on the files' page in Chromium: what it costs the browser a second, against the same page with a hundredth of them.
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { signInContext } from '@relevo/e2e/all-pages';
import { openBrowser } from '@relevo/e2e/browser';
import { type RunningHub, runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { until } from '@relevo/e2e/until';
import type { CDPSession, Page } from 'playwright-core';
import { type Figures, medianOf, ratioOf, report, takeTurns } from './measure.ts';

const many = Number(process.env.BENCH_FILES ?? 10_000);
const few = Math.ceil(many / 100);
const rounds = Number(process.env.BENCH_ROUNDS ?? 2);
const runMs = 4000;
/** Pixels a frame: a fast wheel, about 70 rows a second. */
const step = 60;
/** Half a frame at 60 Hz, milliseconds of each second. */
const halfBusy = 500;

const scope = new Scope();
try {
  const hub = await runHub(scope);
  addFiles(hub, many);
  const results = await takeTurns(
    [
      { name: `${many} files`, run: () => measured(hub, 'catalogue', many) },
      { name: `${few} files`, run: () => measured(hub, 'catalogue few', few) },
    ],
    rounds,
  );
  await report('file-table', `scrolling through ${many} files, in Chromium`, results, [
    {
      name: `scripting per second, ${many} / ${few} files`,
      ratio: ratioOf(results, 'scripting ms/s', `${many} files`, `${few} files`),
      better: 'lower',
      aim: 1.5,
    },
    { name: 'scripting of the page, ms/s', ratio: medianOf(results, 'scripting ms/s', `${many} files`), better: 'lower', aim: halfBusy },
    { name: 'rows in the page', ratio: medianOf(results, 'rows in the page', `${many} files`), better: 'lower', aim: 100 },
  ]);
} finally {
  await scope.end();
}

/** Straight into the table: only the list is looked at, so the bytes are not needed. */
function addFiles({ dataDir, admin }: RunningHub, count: number): void {
  const db = new Database(join(dataDir, 'hub.db'));
  const insert = db.prepare('INSERT INTO file (id, owner_id, name, name_folded, size, sha256, media_type, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let index = 0; index < count; index++) {
      const name = `catalogue ${index < few ? 'few ' : ''}${String(index).padStart(6, '0')}.pdf`;
      insert.run(Bun.randomUUIDv7(), admin.userId, name, name, index, Bun.SHA256.hash(name, 'hex'), 'application/pdf', new Date(index * 1000).toISOString());
    }
  })();
  db.close();
}

/** Opens the files that have `query` in their names in a browser of its own, loads all, and scrolls up and down a few seconds. */
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
    await page.getByRole('grid').waitFor();
    await until('every file is in the list', () => isAllLoaded(page, count), { timeoutMs: 600_000, everyMs: 50 });
    await page.evaluate(() => scrollTo({ top: 0 }));
    const before = await busyOf(session);
    const began = performance.now();
    const frames = await page.evaluate(scrollFor, { ms: runMs, step });
    const seconds = (performance.now() - began) / 1000;
    const after = await busyOf(session);
    return {
      'scripting ms/s': ((after.script - before.script) / seconds) * 1000,
      'all tasks ms/s': ((after.task - before.task) / seconds) * 1000,
      'frames/s': frames / seconds,
      'rows in the page': await page.locator('[data-index]').count(),
    };
  } finally {
    await own.end();
  }
}

async function isAllLoaded(page: Page, count: number): Promise<boolean> {
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
  return (await page.getByRole('grid').getAttribute('aria-rowcount')) === String(count + 1);
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

/** Seconds since the page began. */
async function busyOf(session: CDPSession): Promise<{ script: number; task: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { script: value('ScriptDuration'), task: value('TaskDuration') };
}
