// Compares each router that is set up with the records from time to time, when its agent is there.

import { hubUserId } from '../../operations/read-in-language.ts';
import type { IspWork } from '../works/isp-work.ts';
import { WorkRefused } from '../works/refusals.ts';
import { countRunning } from '../works/step-rows.ts';
import { comparisonPlan } from './compare-router.ts';
import { keepFailure } from './comparison.ts';

/** How often it is looked which routers are due, at most, milliseconds. */
const lookIntervalMs = 60_000;

const runningComparisons = countRunning(['compare']);

export const hubItself = { userId: hubUserId, email: 'relevo' };

/** @returns what ends it */
export function compareFromTimeToTime(work: IspWork): () => void {
  const { settings, log } = work.options;
  const interval = settings.ISP_RECONCILE_INTERVAL_MS;
  if (interval === 0) return () => {};
  const timer = setInterval(
    () => void compareDue(work, interval).catch((error: unknown) => log.error({ event: 'comparison_failed', err: error }, 'routers could not be compared')),
    Math.min(lookIntervalMs, interval),
  );
  timer.unref?.();
  return () => clearInterval(timer);
}

async function compareDue(work: IspWork, interval: number): Promise<void> {
  const { db, agents } = work.options;
  const due = new Date(Date.now() - interval).toISOString();
  const routers = await db
    .selectFrom('router')
    .leftJoin('router_comparison', 'router_comparison.id_router', 'router.id_router')
    .innerJoin('router_credentials', 'router_credentials.id_router', 'router.id_router')
    .select(['router.id_router', 'router.agent_id'])
    .where((where) => where.or([where('router_comparison.tried_at', 'is', null), where('router_comparison.tried_at', '<', due)]))
    .execute();
  for (const { id_router, agent_id } of routers) {
    if (agent_id === null || !agents.links.isOnline(agent_id) || (await runningComparisons(db, id_router)) > 0) continue;
    try {
      const plan = await comparisonPlan(db, id_router, 'es');
      await work.ask(hubItself, { userId: hubItself.userId, id: `compare-${id_router}-${Date.now()}` }, plan);
    } catch (error) {
      if (!(error instanceof WorkRefused)) throw error;
      // What cannot be compared now is tried again when its next turn comes, not at every look.
      await db.transaction().execute((transaction) => keepFailure(transaction, { id_router }, error.text));
    }
  }
}
