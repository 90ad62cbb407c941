// Under which name the sessions of a connection run, when only an entry that is gone by now told it.
import type { RoutedConnection, RouterEntry } from '@relevo/protocol';

/** The connection with the PPP user that its own secret named, where the records know none. */
export function namedBy(connection: RoutedConnection, entries: readonly Pick<RouterEntry, 'kind' | 'values'>[]): RoutedConnection {
  const secret = entries.find(({ kind }) => kind === 'ppp/secret');
  return { ...connection, usuario_ppp: connection.usuario_ppp ?? secret?.values.name ?? null };
}
