// What people call a task on a connection: whose it is, so that many of them can be told apart.
import { connectionTitle, type RoutedConnection, type RouterTarget } from '@relevo/protocol';

interface OnConnection {
  router: Pick<RouterTarget, 'nombre'>;
  connection: Pick<RoutedConnection, 'cliente' | 'direccion_ip'>;
}

export function taskTitle({ router: { nombre }, connection: { cliente, direccion_ip } }: OnConnection): string {
  return cliente === undefined ? `${nombre}: ${direccion_ip}` : `${connectionTitle({ cliente, direccion_ip })} · ${nombre}`;
}
