// Whose connection each step of work on a selection is about, for people: the customer and the address, as the records have them now.
import type { OperationKey } from '@relevo/progress/engine';
import type { HubDatabase } from '../../database/database.ts';
import { bulkWorks } from '../works/works.ts';

/** By the names of the steps, in one query however many there are; none of a connection that is not in the records any more. */
export async function stepTitlesOf(db: HubDatabase, { userId, id }: OperationKey): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('isp_step')
    .innerJoin('connection', 'connection.id_conexion', 'isp_step.id_conexion')
    .innerJoin('customer', 'customer.id_usuario', 'connection.id_usuario')
    .select(['isp_step.step', 'customer.nombre', 'connection.direccion_ip'])
    .where('isp_step.user_id', '=', userId)
    .where('isp_step.operation_id', '=', id)
    .where('isp_step.work', 'in', bulkWorks)
    .execute();
  return new Map(rows.map(({ step, nombre, direccion_ip }) => [step, `${nombre} · ${direccion_ip}`]));
}
