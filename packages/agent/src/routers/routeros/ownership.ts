// Tells whether an entry of RouterOS is one connection's alone. In doubt it is not, and nothing is touched.
import type { RoutedConnection } from '@relevo/protocol';
import { hostOf, type Menu, type Row, tagOf } from './menus.ts';

/**
 * True when `row` of `menu` belongs to `connection` and to nobody else: it carries no other connection's tag, its addresses are one host,
 * its names are exactly the connection's. `names` are the PPP users of the connection, as the records or its own secrets tell.
 */
export function isOwn(menu: Menu, row: Row, connection: RoutedConnection, names: ReadonlySet<string>): boolean {
  const tags = (row.comment ?? '').match(/\brelevo:\d+\b/g) ?? [];
  if (tags.some((tag) => tag !== tagOf(connection))) return false;
  const isNamed = names.has(row.name ?? '');
  const hosts = menu.addresses(row).map(hostOf);
  if (hosts.length > 1 || hosts.some((host) => host === undefined)) return false;
  const ofFamily = hosts.filter((host) => host?.includes(':') === connection.direccion_ip.includes(':'));
  // A tag may have been copied with the entry: it makes nothing ours that stands for another host.
  if (ofFamily.some((host) => host !== connection.direccion_ip)) return false;
  switch (menu.path) {
    case 'ppp/secret':
      return isNamed || (names.size === 0 && hosts.length === 1);
    case 'ppp/active':
      // Under another name it is somebody else's session, on an address that is theirs for now.
      return isNamed;
    case 'ip/dhcp-server/lease':
    case 'ip/arp':
      return sameMac(row['mac-address'], connection.mac);
    default:
      return true;
  }
}

function sameMac(found: string | undefined, recorded: string | null): boolean {
  return !found || recorded === null || found.toUpperCase() === recorded.toUpperCase();
}
