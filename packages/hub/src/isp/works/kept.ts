// What was taken from a connection, and how it is remembered until it is put back or nobody may ask for it any more.
import { type RouterEntry, routerEntriesResultSchema } from '@relevo/protocol';
import { preparedQuery } from '@relevo/runtime';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { ConnectionKeptTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';

export type KeptReason = ConnectionKeptTable['reason'];

/** What is remembered of connections, for each reason. */
export async function keptOf(db: HubDatabase, connections: readonly number[]): Promise<ConnectionKeptTable[]> {
  return selectKept(db, { connections: JSON.stringify(connections) });
}

const selectKept = preparedQuery((db: HubDatabase, { connections }: { connections: string }) =>
  db.selectFrom('connection_kept').selectAll().where('id_conexion', 'in', sql<number>`(SELECT value FROM json_each(${connections}))`).compile(),
);

export async function findKept(db: HubDatabase, connection: number, reason: KeptReason): Promise<ConnectionKeptTable | undefined> {
  const [kept] = await selectKeptFor(db, { connection, reason });
  return kept;
}

const selectKeptFor = preparedQuery((db: HubDatabase, { connection, reason }: { connection: number; reason: KeptReason }) =>
  db.selectFrom('connection_kept').selectAll().where('id_conexion', '=', connection).where('reason', '=', reason).compile(),
);

/** Remembers more of what was taken. */
export async function keep(
  transaction: HubTransaction,
  connection: number,
  reason: KeptReason,
  more: Partial<Omit<ConnectionKeptTable, 'id_conexion' | 'reason' | 'at'>>,
): Promise<void> {
  await upsertKept(transaction, { id_conexion: connection, reason, ...more, at: new Date().toISOString() });
}

const nothingKept = { id_router: null, id_servicio: null, estado: null, service_removed: 0, router_removed: 0, config_removed: 0, entries: '[]' };

const upsertKept = preparedQuery(
  (db: HubDatabase, { id_conexion, reason, ...more }: Partial<ConnectionKeptTable> & Pick<ConnectionKeptTable, 'id_conexion' | 'reason' | 'at'>) =>
    db
      .insertInto('connection_kept')
      .values({ ...nothingKept, id_conexion, reason, ...more })
      .onConflict((conflict) => conflict.columns(['id_conexion', 'reason']).doUpdateSet(more))
      .compile(),
);

export async function forgetKept(transaction: HubTransaction, connection: number, reason: KeptReason): Promise<void> {
  await transaction.deleteFrom('connection_kept').where('id_conexion', '=', connection).where('reason', '=', reason).execute();
}

/** What was removed before `time` cannot be put back any more; a suspension that ended with its removal cannot be undone any more. */
export async function forgetRemovedBefore(db: HubDatabase, time: string): Promise<void> {
  await db.deleteFrom('connection_kept').where('reason', '=', 'removal').where('at', '<', time).execute();
  const removed = db.selectFrom('connection').select('id_conexion').where('estado', '=', 'eliminada');
  await db.deleteFrom('connection_kept').where('reason', '=', 'suspension').where('at', '<', time).where('id_conexion', 'in', removed).execute();
}

/**
 * Adds what an agent found before it touched anything. An attempt after one that failed half way finds less: what the earlier one found stays.
 * What a removal that had come to its end found is replaced.
 */
export async function keepEntries(
  transaction: HubTransaction,
  { connection, router, reason, result }: { connection: number; router: number | null; reason: KeptReason; result: unknown },
): Promise<void> {
  const found = entriesOf(result);
  if (found.length === 0) return;
  const before = await findKept(transaction, connection, reason);
  const sameAttempt = before?.router_removed === 0 && before.id_router === router;
  const entries = JSON.stringify(merge(sameAttempt ? parseEntries(before.entries) : [], found));
  // The end of a task tells again what was told before anything was touched.
  if (sameAttempt && entries === before.entries) return;
  await keep(transaction, connection, reason, { id_router: router, router_removed: 0, entries });
}

export function parseEntries(text: string): RouterEntry[] {
  return JSON.parse(text) as RouterEntry[];
}

/** The entries of an agent's result; none when it is not one. */
export function entriesOf(result: unknown): RouterEntry[] {
  const parsed = routerEntriesResultSchema.safeParse(result);
  return parsed.success ? parsed.data.entries : [];
}

/** Of each name, whichever found more: several entries may be called the same. */
function merge(earlier: readonly RouterEntry[], later: readonly RouterEntry[]): RouterEntry[] {
  const [before, after] = [earlier, later].map((entries) => Map.groupBy(entries, ({ kind, label }) => `${kind} ${label}`));
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [old = [], now = []] = [before?.get(name), after?.get(name)];
    return now.length >= old.length ? now : old;
  });
}
