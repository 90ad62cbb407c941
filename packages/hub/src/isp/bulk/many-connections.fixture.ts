// Very many connections of one router, brought in by one request; and what is in the database of work on them.
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { eventually } from '../../http/hub.fixture.ts';
import { type IspHub, under } from '../isp-hub.fixture.ts';

/** The ids of all connections there are then, in order. */
export async function importMany(isp: IspHub, count: number): Promise<number[]> {
  const lines = Array.from({ length: count }, (_, n) => `Cliente ${n},10.99.${n >> 8}.${n & 255},Router ${isp.agent.id}`);
  const headers = { ...under('imported'), 'content-type': 'text/csv' };
  await isp.operator.send('POST', '/api/conexiones/importar', { body: ['cliente,direccion_ip,router', ...lines].join('\n'), headers });
  await eventually(async () => (await isp.operation('imported')).state === 'completed');
  return rowsOf<{ id: number }>(isp, 'SELECT id_conexion AS id FROM connection ORDER BY id_conexion').map(({ id }) => id);
}

export function rowsOf<Row>(isp: IspHub, query: string): Row[] {
  const database = new Database(join(isp.hub.dataDir, 'hub.db'), { readonly: true });
  const rows = database.query<Row, []>(query).all();
  database.close();
  return rows;
}
