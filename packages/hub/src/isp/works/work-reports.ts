// What agents report of work on routers: kept, and written into the records in the transaction that journals the report.
import { isDeepStrictEqual } from 'node:util';
import type { TaskReport } from '@relevo/protocol';
import type { TaskOutcome, TaskTarget } from '../../agents/task-listeners.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import type { IspWork } from './isp-work.ts';
import { settleStep } from './step-rows.ts';
import { works } from './works.ts';

const kinds = ['router.probe', 'router.inspect', 'router.remove', 'router.restore', 'router.suspend', 'router.reactivate', 'router.compare'];

/** Texts that say the router cannot be worked with, as they stand in its record. */
const unreachable: ReadonlySet<string> = new Set([
  'router.unreachable',
  'router.timed_out',
  'router.credentials_refused',
  'router.identity_unknown',
  'router.identity_changed',
]);

/** What was told of a task and is written: its end tells it again. */
type Written = WeakMap<TaskTarget, unknown>;

export function listenToAgents(work: IspWork): void {
  const written: Written = new WeakMap();
  for (const kind of kinds) work.options.agents.listeners.on(kind, (target, report) => heard(work, written, target, report));
}

async function heard(work: IspWork, written: Written, target: TaskTarget, report: TaskReport): Promise<TaskOutcome> {
  const { type: _type, seq: _seq, task_id: _taskId, result, ...change } = report;
  if (report.status === 'in_progress' && !result) return { change };
  const row = await work.rows.find({ userId: target.userId, id: target.operationId }, target.step);
  const definition = row && works[row.work];
  if (!row || !definition) return { change };
  // A step that was stopped while its agent was away may have been done all the same: what became of the router counts, not what was shown.
  if (row.state === 'completed') return { change: undefined };
  const { told, last = [] } = definition;
  if (report.status === 'in_progress')
    return { change, write: async (transaction) => told?.(transaction, row, result), after: () => void written.set(target, result) };
  const text = (report.status === 'completed' ? await definition.doneByAgent?.(work.options.db, row, result) : undefined) ?? report.text;
  return {
    change: { ...change, text },
    async write(transaction) {
      if (result && !isDeepStrictEqual(result, written.get(target))) await told?.(transaction, row, result);
      const record = work.recordChange(transaction, row);
      if (report.status === 'completed') for (const change of last) await change(record);
      if (report.status === 'error') await definition.failed?.(transaction, row, text);
      await settleStep(transaction, row, report.status === 'completed' ? 'completed' : 'error', text);
      await noteReached(transaction, work, row.id_router, report);
    },
    after: () => work.settled(row),
  };
}

async function noteReached(transaction: HubTransaction, { options: { routers } }: IspWork, router: number | null, { status, text }: TaskReport): Promise<void> {
  if (router === null) return;
  if (status === 'completed') await routers.reached(transaction, router, { estado: 'alcanzable' });
  else if (unreachable.has(text.code)) await routers.reached(transaction, router, { estado: 'inalcanzable', text });
}
