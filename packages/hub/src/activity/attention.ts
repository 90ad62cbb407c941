// GET /api/attention: what somebody should look at first, in one question.
import { statfs } from 'node:fs/promises';
import { type AgentResource, type Language, type OperationSummary, operationSummarySchema, type StepEvent } from '@relevo/protocol';
import { z } from 'zod';
import type { Agents } from '../agents/agents.ts';
import type { HubDatabase } from '../database/database.ts';
import type { OperationTable } from '../database/schema.ts';
import { endpoint, json } from '../http/endpoint.ts';
import { saidOf } from '../isp/kept-text.ts';
import { standingStill } from '../isp/standing-still.ts';
import { operationSummary } from '../operations/operation-resource.ts';
import type { HubSettings } from '../settings.ts';

/** Of each kind, how many are named; how many there are is said beside them. */
const namedMax = 10;

/** Kinds that change nothing: whoever asked was answered, and a router that does not answer is named as such. */
const onlyLooking = ['isp-preview', 'router-probe', 'router-comparison'];

const count = z.number().int().nonnegative();
const agentSchema = z.object({ id: z.string(), name: z.string(), last_seen_at: z.string().nullable(), created_at: z.string(), tasks_waiting: count });
const failedSchema = operationSummarySchema.extend({ message: z.string() });
const standingSchema = failedSchema.extend({ id_conexion: z.number().int().positive() });
const routerSchema = z.object({ id_router: z.number().int().positive(), nombre: z.string(), error: z.string(), comprobado_at: z.string() });
const schema = z.object({
  /** Failures before this are not told of any more. */
  since: z.string(),
  failed_operations: z.object({ count, operations: z.array(failedSchema) }),
  /** On one connection: a step failed and waits to be tried again, or the next one was never asked for. */
  operations_standing_still: z.object({ count, operations: z.array(standingSchema) }),
  agents_away: z.object({ count, agents: z.array(agentSchema) }),
  agents_pending: z.object({ count, agents: z.array(agentSchema) }),
  /** For those who may read the records of the ISP. */
  routers_unreachable: z.object({ count, routers: z.array(routerSchema) }),
  /** For administrators; null for everybody else, and where the system does not tell. */
  disk: z.object({ free_bytes: z.number(), total_bytes: z.number(), is_low: z.boolean() }).nullable(),
});

export interface AttentionDependencies {
  db: HubDatabase;
  agents: Pick<Agents, 'list'>;
  settings: Pick<HubSettings, 'ATTENTION_FAILURES_MS' | 'DISK_FREE_MIN_PERCENT' | 'HUB_DATA_DIR'>;
}

export function getAttention({ db, agents, settings }: AttentionDependencies) {
  return endpoint({
    summary:
      'What needs attention: operations that failed or stand still, agents that are away or wait for approval, routers that do not answer, a disk that fills',
    responses: { 200: { description: 'What there is, the newest first', schema } },
    async handle({ caller, language }) {
      const isAdmin = caller.role === 'admin';
      const since = new Date(Date.now() - settings.ATTENTION_FAILURES_MS).toISOString();
      const all = await agents.list();
      return json({
        since,
        failed_operations: await failedOperations(db, since, isAdmin ? undefined : caller.userId),
        operations_standing_still: await operationsStandingStill(db, isAdmin ? undefined : caller.userId),
        agents_away: named(
          all.filter(({ status }) => status === 'offline'),
          ({ last_seen_at, created_at }) => last_seen_at ?? created_at,
        ),
        agents_pending: named(isAdmin ? all.filter(({ status }) => status === 'pending') : [], ({ created_at }) => created_at),
        routers_unreachable: isAdmin || caller.permissions.includes('isp:read') ? await unreachableRouters(db, language) : { count: 0, routers: [] },
        disk: isAdmin ? await diskOf(settings) : null,
      });
    },
  });
}

function named(agents: readonly AgentResource[], at: (agent: AgentResource) => string) {
  const newest = agents.toSorted((a, b) => at(b).localeCompare(at(a))).slice(0, namedMax);
  return {
    count: agents.length,
    agents: newest.map(({ id, name, last_seen_at, created_at, tasks_waiting }) => ({ id, name, last_seen_at, created_at, tasks_waiting })),
  };
}

async function failedOperations(db: HubDatabase, since: string, userId: number | undefined) {
  let failed = db.selectFrom('operation').where('ended_at', '>=', since).where('state', '=', 'error').where('kind', 'not in', onlyLooking);
  if (userId !== undefined) failed = failed.where('user_id', '=', userId);
  const { total } = await failed.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await failed.selectAll().orderBy('ended_at', 'desc').limit(namedMax).execute();
  const operations: (OperationSummary & { message: string })[] = [];
  for (const row of rows) operations.push({ ...operationSummary(row), message: await whyFailed(db, row) });
  return { count: total, operations };
}

async function operationsStandingStill(db: HubDatabase, userId: number | undefined) {
  const { count, operations } = await standingStill(db, userId, namedMax);
  const told = operations.map(async ({ id_conexion, ...row }) => ({ ...operationSummary(row), id_conexion, message: await whyFailed(db, row) }));
  return { count, operations: await Promise.all(told) };
}

/** Those that did not answer when they were last tried. */
async function unreachableRouters(db: HubDatabase, language: Language) {
  const unreachable = db.selectFrom('router').where('estado', '=', 'inalcanzable');
  const { total } = await unreachable.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await unreachable.select(['id_router', 'nombre', 'error', 'comprobado_at']).orderBy('comprobado_at', 'desc').limit(namedMax).execute();
  return {
    count: total,
    routers: rows.map(({ id_router, nombre, error, comprobado_at }) => ({
      id_router,
      nombre,
      error: saidOf(error, language).error ?? '',
      comprobado_at: comprobado_at ?? '',
    })),
  };
}

/** What it ended with, else what its first failed step says. */
async function whyFailed(db: HubDatabase, { user_id, id, event }: OperationTable): Promise<string> {
  const ended = event === null ? undefined : (JSON.parse(event) as { message?: string }).message;
  if (ended !== undefined) return ended;
  const step = await db
    .selectFrom('operation_step')
    .select('event')
    .where('user_id', '=', user_id)
    .where('operation_id', '=', id)
    .where('event', 'like', '%"status":"error"%')
    .orderBy('position')
    .executeTakeFirst();
  return step?.event ? (JSON.parse(step.event) as StepEvent).message : '';
}

async function diskOf({ HUB_DATA_DIR, DISK_FREE_MIN_PERCENT }: AttentionDependencies['settings']) {
  try {
    const { bsize, bavail, blocks } = await statfs(HUB_DATA_DIR);
    return { free_bytes: bavail * bsize, total_bytes: blocks * bsize, is_low: bavail * 100 < blocks * DISK_FREE_MIN_PERCENT };
  } catch {
    return null;
  }
}
