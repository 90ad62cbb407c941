// A connection as the audit log names it.
import type { ConnectionResource } from '@relevo/protocol';

export function connectionSubject({ id_conexion, cliente, direccion_ip }: Pick<ConnectionResource, 'id_conexion' | 'cliente' | 'direccion_ip'>) {
  return { kind: 'conexion', id: id_conexion, title: `${cliente} (${direccion_ip})` };
}
