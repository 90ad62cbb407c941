// What a task is about, for people: an operation may have thousands of them.
import { connectionTitle } from '@relevo/protocol';

/** Whose connection; null of tasks on no connection, and of those that were made before it was told. `body`: as the queue keeps it. */
export function taskSubject(body: string): string | null {
  const { connection } = JSON.parse(body) as { connection?: { cliente?: string; direccion_ip: string } };
  return connection?.cliente === undefined ? null : connectionTitle({ cliente: connection.cliente, direccion_ip: connection.direccion_ip });
}
