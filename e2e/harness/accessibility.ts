// What axe-core finds wrong with a page as it is shown.
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const script = await Bun.file(Bun.fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))).text();

/**
 * Resolves when nothing moves any more, but what never ends, as the bars of what is being fetched. What fades in or out is between two colours that
 * nobody chose. @throws after ten seconds, with what still moves
 */
export async function still(page: Page): Promise<void> {
  const moving = await page.evaluate(async () => {
    const mayEnd = (animation: Animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
    const deadline = performance.now() + 10_000;
    // A transition is begun some frames after what it belongs to is there.
    for (let stillFor = 0; stillFor < 6; ) {
      const moving = document.getAnimations().filter(mayEnd);
      if (moving.length > 0 && performance.now() > deadline) return moving.map(({ effect }) => (effect as KeyframeEffect).target?.outerHTML.slice(0, 200));
      stillFor = moving.length === 0 ? stillFor + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    return [];
  });
  if (moving.length > 0) throw new Error(`still moving: ${moving.join(', ')}`);
}

/**
 * Serious and critical faults, each with what it is about. Evaluated, not inserted: the pages' policy lets no inline script run. Every rule is
 * applied; only of what breaks none is nothing written down. The page is looked at when it stands still.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  await still(page);
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(script);
  const { violations, passes } = await page.evaluate((options) => (globalThis as unknown as { axe: Axe }).axe.run(options), options);
  if (passes.length === 0) throw new Error('axe-core looked at nothing');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(', ')}`);
}

interface Axe {
  run(options: RunOptions): Promise<AxeResults>;
}

const options: RunOptions = { resultTypes: ['violations'], selectors: false };
