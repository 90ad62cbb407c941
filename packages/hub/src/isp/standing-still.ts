// Operations on one connection of which nothing moves: a step failed and waits to be tried again, or the next one was never asked for.
import type { HubDatabase } from '../database/database.ts';
import type { OperationTable } from '../database/schema.ts';

/** Whoever makes the requests one by one has so long between two of them, milliseconds. */
const betweenRequestsMs = 60_000;

export interface StandingStill {
  count: number;
  /** The newest first. */
  operations: (OperationTable & { id_conexion: number })[];
}

/** `userId`: theirs alone; `limit`: how many are told one by one. */
export async function standingStill(db: HubDatabase, userId: number | undefined, limit: number): Promise<StandingStill> {
  const quietSince = new Date(Date.now() - betweenRequestsMs).toISOString();
  let still = db
    .selectFrom('operation')
    .innerJoin('isp_step', (join) =>
      join.onRef('isp_step.user_id', '=', 'operation.user_id').onRef('isp_step.operation_id', '=', 'operation.id').on('isp_step.id_conexion', 'is not', null),
    )
    // Has not ended: an index has it. What ends with its steps has ended when they have.
    .where('operation.ended_at', 'is', null)
    .where('operation.ends_with_steps', '=', 0)
    .where('operation.state', '=', 'in_progress')
    .groupBy(['operation.user_id', 'operation.id'])
    .having(({ fn, eb, or, and, val }) =>
      and([
        eb(fn.sum(eb.case().when('isp_step.state', 'in', ['queued', 'waiting', 'running']).then(1).else(0).end()), '=', 0),
        or([eb(fn.sum(eb.case().when('isp_step.state', '=', 'error').then(1).else(0).end()), '>', 0), eb(fn.max('isp_step.updated_at'), '<', val(quietSince))]),
      ]),
    );
  if (userId !== undefined) still = still.where('operation.user_id', '=', userId);
  const rows = await still
    .selectAll('operation')
    .select(({ fn }) => [fn.min<number>('isp_step.id_conexion').as('id_conexion')])
    .orderBy(({ fn }) => fn.max('isp_step.updated_at'), 'desc')
    .execute();
  return { count: rows.length, operations: rows.slice(0, limit) };
}
