// What became of a router's tasks when its record changed: one that its agent cannot have got is made anew, for the agent and with the address and
// credentials that the record names now. One that the agent may have begun stays with it, since it may be half done.
import type { OperationKey } from '@relevo/progress/engine';
import { sql } from 'kysely';
import { wasNeverSent } from '../../agents/never-sent.ts';
import { removeTask } from '../../agents/task-queue.ts';
import type { IspStepState, IspStepTable } from '../../database/isp-work-schema.ts';
import type { AgentTaskTable } from '../../database/schema.ts';
import type { IspWork } from './isp-work.ts';
import { keyOf } from './step-rows.ts';

/** Begins to, for every step that runs on the router; each in the turn of its operation. */
export async function renewTasks(work: IspWork, router: number): Promise<void> {
  const { db } = work.options;
  // A literal, in the words of the index that holds open steps alone.
  const running = sql.lit<IspStepState>('running');
  const rows = await db.selectFrom('isp_step').selectAll().where('state', '=', running).where('id_router', '=', router).orderBy('position').execute();
  for (const row of rows) work.soon(keyOf(row), () => renewTask(work, row));
}

/** The steps of an operation whose tasks are older than the record of their router. */
export async function outdatedSteps({ options: { db } }: IspWork, { userId, id }: OperationKey): Promise<IspStepTable[]> {
  return db
    .selectFrom('isp_step')
    .innerJoin('router', 'router.id_router', 'isp_step.id_router')
    .innerJoin('agent_task', (join) =>
      join
        .onRef('agent_task.user_id', '=', 'isp_step.user_id')
        .onRef('agent_task.operation_id', '=', 'isp_step.operation_id')
        .onRef('agent_task.step', '=', 'isp_step.step'),
    )
    .selectAll('isp_step')
    .where('isp_step.user_id', '=', userId)
    .where('isp_step.operation_id', '=', id)
    .where('isp_step.state', '=', 'running')
    .whereRef('router.updated_at', '>=', 'agent_task.created_at')
    .execute();
}

/** As `renewTasks`, for one step whose operation's turn the caller has. */
export async function renewTask(work: IspWork, { user_id, operation_id, step }: IspStepTable): Promise<void> {
  const { agents, operations, db } = work.options;
  const key = { userId: user_id, id: operation_id };
  const row = await work.rows.find(key, step);
  if (row?.state !== 'running' || operations.engine.find(key)?.stopping !== false) return;
  const task = await taskOf(work, row);
  const router =
    task && row.id_router !== null ? await db.selectFrom('router').selectAll().where('id_router', '=', row.id_router).executeTakeFirst() : undefined;
  if (!task || !router || router.updated_at < task.created_at || agents.links.isOnline(task.agent_id)) return;
  if (await wasNeverSent(agents, task)) {
    if (await takeBack(work, task)) await work.resume(row);
  } else if (router.agent_id !== task.agent_id) await sayWhoHasIt(work, row, task);
}

async function taskOf({ options: { db } }: IspWork, { user_id, operation_id, step }: IspStepTable): Promise<AgentTaskTable | undefined> {
  const ofStep = db.selectFrom('agent_task').selectAll().where('user_id', '=', user_id).where('operation_id', '=', operation_id).where('step', '=', step);
  return (await ofStep.execute()).find(({ body }) => !body.includes('"task.stop"'));
}

/** @returns false when its agent came back just then, and may have got it */
async function takeBack({ options: { agents, operations } }: IspWork, task: AgentTaskTable): Promise<boolean> {
  let isBack = false;
  await operations.engine.commit(async (transaction) => {
    // The queue is read only after the agent is linked, and not while this is written.
    isBack = !agents.links.isOnline(task.agent_id);
    if (isBack) await removeTask(transaction, task.id);
  });
  return isBack;
}

async function sayWhoHasIt({ options: { agents, operations } }: IspWork, row: IspStepTable, { agent_id }: AgentTaskTable): Promise<void> {
  const agent = await agents.store.find(agent_id);
  const status = operations.engine.find(keyOf(row))?.steps.get(row.step)?.event?.status;
  if (status !== 'pending' && status !== 'in_progress') return;
  operations.report(keyOf(row), row.step, { status, text: { code: 'router.left_behind', values: { agent: agent?.name ?? agent_id } } });
}
