// What axe-core finds wrong with a page as it is shown.
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const script = await Bun.file(Bun.fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))).text();

/**
 * Serious and critical faults, each with what it is about. Evaluated, not inserted: the pages' policy lets no inline script run. Every rule is
 * applied; only of what breaks none is nothing written down.
 */
export async function faultsOf(page: Page): Promise<string[]> {
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
