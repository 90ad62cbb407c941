// A connection as people name it.
import type { ConnectionResource } from '@relevo/protocol';

/** As titles of operations say it. */
export function connectionTitle({ cliente, direccion_ip }: Pick<ConnectionResource, 'cliente' | 'direccion_ip'>): string {
  return `${cliente} (${direccion_ip})`;
}

/** As the audit log says it. */
export function connectionSubject(connection: Pick<ConnectionResource, 'id_conexion' | 'cliente' | 'direccion_ip'>) {
  return { kind: 'conexion', id: connection.id_conexion, title: connectionTitle(connection) };
}
