// What a comparison of records with a router asks the agent, and what is kept of its answer.
import { type AgentTask, type RouterEntry, type RouterTarget, routerCompareResultSchema, type StepText } from '@relevo/protocol';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';
import { keptText } from '../kept-text.ts';
import type { SaidText } from '../works/step-rows.ts';
import type { WorkContext } from '../works/work.ts';

export async function mayCompare({ db, row, router, compareMax }: WorkContext): Promise<StepText | undefined> {
  if (!router) return { code: 'isp.router_unknown', values: { id: row.id_router ?? 0 } };
  const { count } = await db
    .selectFrom('connection')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('id_router', '=', router.id_router)
    .where('estado', '=', 'activa')
    .executeTakeFirstOrThrow();
  return count > compareMax ? { code: 'isp.too_many_to_compare', values: { count, max: compareMax } } : undefined;
}

/** Every connection that the router should let through. */
export async function comparison({ db }: WorkContext, router: RouterTarget): Promise<AgentTask> {
  const expected = await db
    .selectFrom('connection')
    .select(['id_conexion', 'direccion_ip', 'usuario_ppp', 'mac'])
    .where('id_router', '=', router.id_router)
    .where('estado', '=', 'activa')
    .orderBy('id_conexion')
    .execute();
  return { kind: 'router.compare', router, expected };
}

/** As many as are kept and shown: the agent knows of no suspensions, and counts what is as it should be. */
export async function countDifferences(db: HubDatabase, { id_router }: IspStepTable, result: unknown): Promise<StepText | undefined> {
  const found = await differencesIn(db, id_router, result);
  return found && { code: 'router.compared', values: { count: found.missing.length + found.unexpected.length } };
}

async function differencesIn(db: HubDatabase, router: number | null, result: unknown) {
  const parsed = routerCompareResultSchema.safeParse(result);
  if (router === null || !parsed.success) return undefined;
  const { missing, unexpected } = parsed.data;
  return { missing, unexpected: await withoutSuspended(db, router, unexpected) };
}

export async function keepDifferences(transaction: HubTransaction, { id_router }: IspStepTable, result: unknown): Promise<void> {
  const found = await differencesIn(transaction, id_router, result);
  if (id_router === null || !found) return;
  const { missing, unexpected } = found;
  const at = new Date().toISOString();
  await write(transaction, id_router, {
    tried_at: at,
    compared_at: at,
    error: null,
    missing: JSON.stringify(missing),
    unexpected: JSON.stringify(unexpected),
  });
}

/** Notes that a comparison was tried, and why it came to nothing. */
export async function keepFailure(transaction: HubTransaction, { id_router }: Pick<IspStepTable, 'id_router'>, text: SaidText): Promise<void> {
  if (id_router !== null) await write(transaction, id_router, { tried_at: new Date().toISOString(), error: keptText(text) });
}

interface Comparison {
  tried_at: string;
  compared_at?: string;
  error: string | null;
  missing?: string;
  unexpected?: string;
}

async function write(transaction: HubTransaction, router: number, comparison: Comparison): Promise<void> {
  // The router may have been deleted while its agent looked.
  if (!(await transaction.selectFrom('router').select('id_router').where('id_router', '=', router).executeTakeFirst())) return;
  await transaction
    .insertInto('router_comparison')
    .values({ id_router: router, compared_at: null, missing: '[]', unexpected: '[]', ...comparison })
    .onConflict((conflict) => conflict.column('id_router').doUpdateSet(comparison))
    .execute();
}

/** What a router keeps of a suspended connection is as it should be. */
async function withoutSuspended(db: HubDatabase, router: number, entries: readonly RouterEntry[]): Promise<RouterEntry[]> {
  if (entries.length === 0) return [];
  const suspended = await db
    .selectFrom('connection')
    .select(['direccion_ip', 'usuario_ppp'])
    .where('id_router', '=', router)
    .where('estado', '=', 'suspendida')
    .execute();
  const theirs = new Set(suspended.flatMap(({ direccion_ip, usuario_ppp }) => [direccion_ip, `${direccion_ip}/32`, `${direccion_ip}/128`, usuario_ppp]));
  return entries.filter(({ values }) => !Object.values(values).some((value) => theirs.has(value)));
}
