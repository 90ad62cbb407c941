// The work on connections and routers, put together: goes on after a restart, hears agents, stops when asked, and ends what was left alone.

import { compareFromTimeToTime } from './reconcile/periodic-comparison.ts';
import { IspWork, type IspWorkOptions } from './works/isp-work.ts';
import { restoreWork } from './works/restore-work.ts';
import { stopWork } from './works/stop-work.ts';
import { watchWork } from './works/watch-work.ts';
import { listenToAgents } from './works/work-reports.ts';

const kinds: ReadonlySet<string> = new Set([
  'isp-removal',
  'isp-bulk-removal',
  'isp-restoration',
  'isp-suspension',
  'isp-reactivation',
  'isp-bulk-suspension',
  'isp-bulk-reactivation',
  'isp-preview',
  'router-probe',
  'router-comparison',
]);

export interface IspOperations {
  work: IspWork;
  /** Lets requests that wait go. */
  drain(): void;
  stop(): Promise<void>;
}

export async function openIspOperations(options: IspWorkOptions): Promise<IspOperations> {
  const work = new IspWork(options);
  listenToAgents(work);
  for (const kind of kinds) options.operations.onStop(kind, (operation) => stopWork(work, operation));
  await restoreWork(work, kinds);
  const endWatch = watchWork(work, kinds);
  const endComparing = compareFromTimeToTime(work);
  return {
    work,
    drain: () => work.waiters.drain(),
    async stop() {
      endWatch();
      endComparing();
      await work.stop();
    },
  };
}
