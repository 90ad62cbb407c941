// Looks after operations on connections and routers that nobody asks for any more, and after steps that others ended.
import type { Operation, OperationKey, Published } from '@relevo/progress/engine';
import { isEnded, isStepEvent } from '@relevo/protocol';
import type { IspWork } from './isp-work.ts';
import { forgetRemovedBefore } from './kept.ts';
import { openAmong, portionsOf } from './open-steps.ts';
import { settleStep } from './step-rows.ts';

/** How often silent operations are looked for, at most, milliseconds. */
const sweepIntervalMs = 5_000;
/** How often what nobody may ask for any more is forgotten, milliseconds. */
const purgeIntervalMs = 3_600_000;

/** Ends that do not come from the work itself: the agent was revoked, the operation was closed. */
const endedByOthers: ReadonlySet<string> = new Set(['step.stopped', 'step.agent_revoked', 'step.abandoned']);

/** @returns what ends the watch */
export function watchWork(work: IspWork, kinds: ReadonlySet<string>): () => void {
  const { operations, settings, log } = work.options;
  operations.onPublished((batch) => {
    for (const { key, ends } of endsIn(batch)) work.soon(key, () => settleEnds(work, key, ends));
  });
  let purgedAt = 0;
  const sweep = async () => {
    for (const operation of [...operations.engine.open()]) if (kinds.has(operation.kind)) await closeSilent(work, operation);
    if (Date.now() - purgedAt < purgeIntervalMs) return;
    purgedAt = Date.now();
    await forgetRemovedBefore(work.options.db, new Date(Date.now() - settings.ISP_UNDO_MAX_MS).toISOString());
    await work.rows.purge(new Date(Date.now() - settings.OPERATION_HISTORY).toISOString());
  };
  const timer = setInterval(
    () => void sweep().catch((error: unknown) => log.error({ event: 'sweep_failed', err: error }, 'operations on connections could not be looked through')),
    Math.min(sweepIntervalMs, Math.ceil(settings.ISP_OPERATION_SILENT_MAX_MS / 4)),
  );
  timer.unref?.();
  return () => clearInterval(timer);
}

interface EndsOfOperation {
  key: OperationKey;
  /** What each step that others ended says, by the name of the step. */
  ends: Map<string, string>;
}

function endsIn(batch: readonly Published[]): Iterable<EndsOfOperation> {
  const found = new Map<string, EndsOfOperation>();
  for (const { userId, operationId, topic, event } of batch) {
    if (!isStepEvent(event) || event.status !== 'error' || event.code === undefined || !endedByOthers.has(event.code)) continue;
    const known = found.get(topic) ?? { key: { userId, id: operationId }, ends: new Map<string, string>() };
    known.ends.set(event.step, event.code);
    found.set(topic, known);
  }
  return found.values();
}

/** Writes the ends that are not in the rows yet: the work itself writes its own together with what it shows. */
async function settleEnds(work: IspWork, key: OperationKey, ends: ReadonlyMap<string, string>): Promise<void> {
  const { db, operations } = work.options;
  for (const steps of portionsOf([...ends.keys()])) {
    const rows = await openAmong(db, key, steps);
    if (rows.length === 0) continue;
    await operations.engine.commit(async (transaction) => {
      for (const row of rows) await settleStep(transaction, row, 'error', { code: ends.get(row.step) ?? 'step.failed' });
    });
    // One for each router that has room again.
    for (const row of new Map(rows.map((each) => [each.id_router, each])).values()) work.settled(row);
  }
}

/** Closes an operation that failed or was not asked to its end, once nothing was heard of it for long. Steps that wait for an agent are not silence. */
async function closeSilent(work: IspWork, operation: Operation): Promise<void> {
  const { operations, settings } = work.options;
  const isSilent = () => Date.now() - lastHeardOf(operation) > settings.ISP_OPERATION_SILENT_MAX_MS && !isEnded(operation.state);
  if (!isSilent()) return;
  await work.inTurn(operation, async () => {
    const rows = await work.rows.ofOperation(operation);
    if (!isSilent() || rows.some(({ state }) => state !== 'completed' && state !== 'error')) return;
    operations.engine.close(operation, work.said(operation, { code: 'step.abandoned' }), 'error');
    await operations.engine.commit();
  });
}

function lastHeardOf({ createdAt, event, steps }: Operation): number {
  const times = [createdAt, event?.timestamp, ...[...steps.values()].map((step) => step.event?.timestamp)];
  return Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time))));
}
