// The connection that a request for work names.
import type { ConnectionResource } from '@relevo/protocol';
import type { HubDatabase } from '../../database/database.ts';
import { lookUpConnection } from '../connections/connection-rows.ts';
import { WorkRefused } from '../works/refusals.ts';

/** @throws WorkRefused isp.connection_unknown */
export async function reachConnection(db: HubDatabase, id: number): Promise<ConnectionResource> {
  const connection = await lookUpConnection(db, id);
  if (!connection) throw new WorkRefused({ code: 'isp.connection_unknown', values: { id } });
  return connection;
}
