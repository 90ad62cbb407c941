// Everything that a RouterOS router holds of customers, read once, to be compared with the records.
import type { RouterEntry } from '@relevo/protocol';
import { namedEntry } from '../named-entry.ts';
import type { RouterCustomers } from '../router.ts';
import { hostOf, type Menu, menuAt, type Row } from './menus.ts';
import type { RouterOsRest } from './rest.ts';

/** What lets a customer in, and what tells that there is one; no more members than are compared or say what it is. */
const compared = [
  ...['ppp/secret', 'ip/firewall/address-list', 'ipv6/firewall/address-list', 'ip/dhcp-server/lease', 'ipv6/dhcp-server/binding', 'ip/arp'],
  ...['ip/route', 'ipv6/route', 'queue/simple'],
];
const members = [
  '.id',
  'name',
  'list',
  'address',
  'remote-address',
  'dst-address',
  'target',
  'gateway',
  'interface',
  'mac-address',
  'comment',
  'disabled',
  'dynamic',
];

export async function customersOf(rest: RouterOsRest, signal: AbortSignal): Promise<RouterCustomers> {
  const found: { menu: Menu; row: Row }[] = [];
  for (const path of compared) {
    const menu = menuAt(path);
    if (!menu) continue;
    const rows = await rest.list(path, {}, signal, members);
    found.push(...rows.filter((row) => row.dynamic !== 'true').map((row) => ({ menu, row })));
  }
  const users = new Set(found.filter(({ menu }) => menu.path === 'ppp/secret').map(({ row }) => row.name ?? ''));
  // A queue lets nobody in.
  const entrances = found.filter(({ menu }) => menu.path !== 'queue/simple');
  const hosts = new Set(entrances.flatMap(({ menu, row }) => menu.addresses(row).flatMap((address) => hostOf(address) ?? [])));
  return {
    holds: ({ usuario_ppp, direccion_ip }) => (usuario_ppp === null ? hosts.has(direccion_ip) : users.has(usuario_ppp)),
    unexpected(connections, max) {
      const known = {
        users: new Set(connections.flatMap(({ usuario_ppp }) => usuario_ppp ?? [])),
        addresses: new Set(connections.map(({ direccion_ip }) => direccion_ip)),
        ids: new Set(connections.map(({ id_conexion }) => String(id_conexion))),
      };
      return found
        .filter(({ menu, row }) => isUnexpected(menu, row, known))
        .slice(0, max)
        .map(({ menu, row }) => entryOf(menu, row));
    },
  };
}

interface Known {
  users: Set<string>;
  addresses: Set<string>;
  ids: Set<string>;
}

/** A PPP secret is a customer by itself; anything else only when it is tagged as one, for a list may hold anybody. */
function isUnexpected(menu: Menu, row: Row, { users, addresses, ids }: Known): boolean {
  const [, tagged] = /\brelevo:(\d+)\b/.exec(row.comment ?? '') ?? [];
  if (tagged !== undefined) return !ids.has(tagged);
  if (menu.path !== 'ppp/secret') return false;
  return !users.has(row.name ?? '') && !addresses.has(row['remote-address'] ?? '');
}

function entryOf(menu: Menu, { '.id': _unstable, ...values }: Row): RouterEntry {
  return { ...namedEntry(menu.path, menu.nameOf(values)), values };
}
