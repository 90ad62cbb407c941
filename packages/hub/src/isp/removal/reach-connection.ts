// The connection that a request for work names.
import type { ConnectionResource } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';
import type { HubDatabase } from '../../database/database.ts';
import { findConnection } from '../connections/connection-rows.ts';
import { WorkRefused } from '../works/refusals.ts';

/** @throws WorkRefused isp.connection_unknown */
export async function reachConnection(db: HubDatabase, id: number): Promise<ConnectionResource> {
  try {
    return await findConnection(db, id);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'not_found') throw new WorkRefused({ code: 'isp.connection_unknown', values: { id } });
    throw error;
  }
}

/** How operations on it are called. */
export function connectionTitle({ cliente, direccion_ip }: ConnectionResource): string {
  return `${cliente} (${direccion_ip})`;
}
