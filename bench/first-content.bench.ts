// How soon a browser that has nothing yet shows something of a started hub: the first paint of content, and the heading of the page, of the sign-in
// page and of home.
import { signInContext } from '@relevo/e2e/all-pages';
import { openBrowser } from '@relevo/e2e/browser';
import { type RunningHub, runHub } from '@relevo/e2e/hub';
import { Scope } from '@relevo/e2e/scope';
import { type Figures, medianOf, report, takeTurns } from './measure.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
/** Milliseconds. */
const aMoment = 1000;

const scope = new Scope();
try {
  const hub = await runHub(scope);
  const results = await takeTurns(
    [
      { name: 'sign-in page', run: () => firstContent(hub, false) },
      { name: 'home', run: () => firstContent(hub, true) },
    ],
    rounds,
  );
  await report('first-content', 'first content in a cold Chromium, milliseconds since the navigation began', results, [
    ...['sign-in page', 'home'].map((name) => ({
      name: `${name}: first contentful paint, ms`,
      ratio: medianOf(results, 'first contentful paint ms', name),
      better: 'lower' as const,
      aim: aMoment,
    })),
  ]);
} finally {
  await scope.end();
}

/** In a browser and profile of its own, so that nothing was fetched or compiled before. */
async function firstContent(hub: RunningHub, isSignedIn: boolean): Promise<Figures> {
  const own = new Scope();
  try {
    const context = await openBrowser(own);
    if (isSignedIn) await signInContext(context, hub.admin);
    const page = await context.newPage();
    await page.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (document.querySelector('h1') === null) return;
        performance.mark('heading');
        observer.disconnect();
      });
      observer.observe(document, { childList: true, subtree: true });
    });
    await page.goto(hub.url);
    await page.locator('h1').waitFor();
    return await page.evaluate(async () => {
      const began = (type: string, name: string) =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            for (const { startTime } of list.getEntriesByName(name)) resolve(startTime);
          }).observe({ type, buffered: true });
        });
      return { 'first contentful paint ms': await began('paint', 'first-contentful-paint'), 'heading ms': await began('mark', 'heading') };
    });
  } finally {
    await own.end();
  }
}
