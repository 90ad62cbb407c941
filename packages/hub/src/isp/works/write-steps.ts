// Writes the rows of steps, all of them with one statement: one for each would keep everybody else waiting while thousands are begun.
import { preparedQuery } from '@relevo/runtime';
import { sql } from 'kysely';
import type { HubDatabase } from '../../database/database.ts';
import type { IspStepTable } from '../../database/isp-work-schema.ts';
import type { HubTransaction } from '../../operations/operation-journal.ts';

/** In the order of the table, so that each is found in its place. */
const columns = [
  'user_id',
  'operation_id',
  'step',
  'position',
  'work',
  'id_conexion',
  'id_router',
  'request',
  'state',
  'code',
  'text_values',
  'result',
  'user_email',
  'request_id',
  'client_address',
  'created_at',
  'updated_at',
] as const satisfies (keyof IspStepTable)[];

const names = sql.join(columns.map((column) => sql.ref(column)));
const values = sql.join(columns.map((_, place) => sql`value ->> ${sql.lit(place)}`));
/** What asking again for a step changes of its row. */
const renewed = sql.join(
  (['state', 'code', 'text_values', 'result', 'updated_at', 'id_router', 'request_id'] as const satisfies (keyof IspStepTable)[]).map(
    (column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`,
  ),
);

/** New rows, what became of those that are there, and rows of steps that failed and are asked for again. */
export async function writeSteps(transaction: HubTransaction, rows: readonly IspStepTable[]): Promise<void> {
  await upsertSteps(transaction, { cells: JSON.stringify(rows.map((row) => columns.map((column) => row[column]))) });
}

const upsertSteps = preparedQuery((db: HubDatabase, { cells }: { cells: string }) =>
  // "the parser might not be able to tell if the ON keyword is part of a join constraint" (SQLite, UPSERT): hence the WHERE.
  sql`INSERT INTO isp_step (${names}) SELECT ${values} FROM json_each(${cells}) WHERE true
    ON CONFLICT (user_id, operation_id, step) DO UPDATE SET ${renewed}`.compile(db),
);
