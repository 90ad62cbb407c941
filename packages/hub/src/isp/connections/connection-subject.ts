// A connection as the audit log names it.
import { type ConnectionResource, connectionTitle } from '@relevo/protocol';

export function connectionSubject(connection: Pick<ConnectionResource, 'id_conexion' | 'cliente' | 'direccion_ip'>) {
  return { kind: 'conexion', id: connection.id_conexion, title: connectionTitle(connection) };
}
