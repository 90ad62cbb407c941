// The RouterOS menus that hold something of a customer: how it is found, who owns it, what may be written back. In the order of a removal.
import type { RoutedConnection, RouterEntryKind } from '@relevo/protocol';
import type { EntryRole } from '../router.ts';

/** An entry as RouterOS gives it: every value is a string. */
export type Row = Record<string, string>;

type Filter = [member: string, value: string];

export interface Menu {
  /** Below `/rest/`. */
  path: RouterEntryKind;
  role: EntryRole;
  /** Filters, a member and its value each, that may find something of the connection. */
  lookups(connection: RoutedConnection): Filter[];
  /** Members that name an entry beyond its `.id`, which is not stable. */
  key: readonly string[];
  /** Members that tell whose it is: addresses, each one host if it is one customer's. */
  addresses(row: Row): string[];
  /** What an entry is called among those of its menu, in no language. */
  nameOf(row: Row): string;
  /** Members that can be set; the others are the router's own counters and states. Empty: the router makes it, and it cannot be put back. */
  writable: readonly string[];
  /** Members that stay secret. */
  secret: readonly string[];
  /** What a suspension sets; undefined: it is left alone. */
  suspended?: Row;
}

const about = ['comment', 'disabled'] as const;
const disabled: Row = { disabled: 'true' };

/** An address list names one host without a prefix length in IPv4, with it in IPv6. */
function plainHost(ip: string): string {
  return isIpv6(ip) ? `${ip}/128` : ip;
}

function prefixed(ip: string): string {
  return `${ip}/${isIpv6(ip) ? 128 : 32}`;
}

function isIpv6(ip: string): boolean {
  return ip.includes(':');
}

function list(text: string | undefined): string[] {
  return text ? text.split(',') : [];
}

/** A name, and what tells it from others of that name: a router leaves out what is not set. */
function called(name: string | undefined, more?: string): string {
  return `${name ?? ''}${more ? ` (${more})` : ''}`;
}

function byUser({ usuario_ppp }: RoutedConnection): Filter[] {
  return usuario_ppp === null ? [] : [['name', usuario_ppp]];
}

function byIpv4(member: string, { direccion_ip }: RoutedConnection): Filter[] {
  return isIpv6(direccion_ip) ? [] : [[member, direccion_ip]];
}

/** The tag of what the product made. */
export function tagOf({ id_conexion }: RoutedConnection): string {
  return `relevo:${id_conexion}`;
}

const secrets: Menu = {
  path: 'ppp/secret',
  role: 'access',
  lookups: (connection) => [...byUser(connection), ...byIpv4('remote-address', connection), ['comment', tagOf(connection)]],
  key: ['name', 'service'],
  addresses: (row) => list(row['remote-address']).filter((address) => /^[0-9.]+$/.test(address)),
  nameOf: (row) => called(row.name, row.service === 'any' ? undefined : row.service),
  writable: [
    ...['name', 'service', 'caller-id', 'password', 'profile', 'local-address', 'remote-address', 'routes'],
    ...['limit-bytes-in', 'limit-bytes-out', 'remote-ipv6-prefix', 'ipv6-routes', ...about],
  ],
  secret: ['password'],
  suspended: disabled,
};

const sessions: Menu = {
  path: 'ppp/active',
  role: 'session',
  lookups: (connection) => [...byUser(connection), ...byIpv4('address', connection)],
  key: ['name', 'address'],
  addresses: () => [],
  nameOf: (row) => called(row.name),
  writable: [],
  secret: [],
};

const queues: Menu = {
  path: 'queue/simple',
  role: 'rest',
  lookups: (connection) => [
    ['target', prefixed(connection.direccion_ip)],
    ['comment', tagOf(connection)],
  ],
  key: ['name'],
  addresses: (row) => list(row.target),
  nameOf: (row) => called(row.name),
  writable: [
    ...['name', 'target', 'dst', 'parent', 'packet-marks', 'priority', 'queue', 'limit-at', 'max-limit', 'burst-limit', 'burst-threshold', 'burst-time'],
    ...['bucket-size', 'time', 'total-queue', 'total-limit-at', 'total-max-limit', 'total-burst-limit', 'total-burst-threshold', 'total-burst-time'],
    ...['total-priority', 'total-bucket-size', ...about],
  ],
  secret: [],
};

function addressLists(path: RouterEntryKind): Menu {
  return {
    path,
    role: 'access',
    lookups: (connection) => [
      ['address', plainHost(connection.direccion_ip)],
      ['comment', tagOf(connection)],
    ],
    key: ['list', 'address'],
    addresses: (row) => list(row.address),
    nameOf: (row) => called(row.list, row.address),
    writable: ['list', 'address', 'timeout', ...about],
    secret: [],
    suspended: disabled,
  };
}

function routes(path: RouterEntryKind): Menu {
  return {
    path,
    role: 'rest',
    lookups: (connection) => [
      ['dst-address', prefixed(connection.direccion_ip)],
      ['comment', tagOf(connection)],
    ],
    key: ['dst-address', 'gateway', 'routing-table'],
    addresses: (row) => list(row['dst-address']),
    nameOf: (row) => `${row['dst-address'] ?? ''}${row.gateway ? ` via ${row.gateway}` : ''}`,
    writable: [
      ...['dst-address', 'gateway', 'distance', 'scope', 'target-scope', 'routing-table', 'check-gateway', 'suppress-hw-offload', 'pref-src', 'blackhole'],
      ...about,
    ],
    secret: [],
    suspended: disabled,
  };
}

const menus4: Menu[] = [
  secrets,
  sessions,
  addressLists('ip/firewall/address-list'),
  queues,
  {
    path: 'ip/dhcp-server/lease',
    role: 'rest',
    lookups: (connection) => [
      ['address', connection.direccion_ip],
      ['comment', tagOf(connection)],
    ],
    key: ['address', 'mac-address', 'client-id'],
    addresses: (row) => list(row.address),
    nameOf: (row) => called(row.address, row['mac-address']),
    writable: [
      ...['address', 'mac-address', 'client-id', 'server', 'block-access', 'always-broadcast', 'lease-time', 'rate-limit', 'address-lists', 'dhcp-option'],
      ...['dhcp-option-set', 'use-src-mac', 'allow-dual-stack-queue', ...about],
    ],
    secret: [],
    // Disabled, the server would only offer another address.
    suspended: { 'block-access': 'true' },
  },
  {
    path: 'ip/arp',
    role: 'rest',
    lookups: (connection) => [
      ['address', connection.direccion_ip],
      ['comment', tagOf(connection)],
    ],
    key: ['address', 'interface'],
    addresses: (row) => list(row.address),
    nameOf: (row) => called(row.address, row.interface),
    writable: ['address', 'interface', 'mac-address', 'published', ...about],
    secret: [],
    suspended: disabled,
  },
  routes('ip/route'),
];

const menus6: Menu[] = [
  secrets,
  sessions,
  addressLists('ipv6/firewall/address-list'),
  queues,
  {
    path: 'ipv6/dhcp-server/binding',
    role: 'rest',
    lookups: (connection) => [
      ['address', prefixed(connection.direccion_ip)],
      ['comment', tagOf(connection)],
    ],
    key: ['address', 'duid', 'iaid'],
    addresses: (row) => list(row.address),
    nameOf: (row) => called(row.address),
    writable: ['address', 'duid', 'iaid', 'server', 'prefix-pool', 'life-time', 'allow-dual-stack-queue', 'rate-limit', 'address-lists', ...about],
    secret: [],
    suspended: disabled,
  },
  routes('ipv6/route'),
];

/** The menus where something of a connection may stand, in the order of a removal. */
export function menusFor({ direccion_ip }: RoutedConnection): readonly Menu[] {
  return isIpv6(direccion_ip) ? menus6 : menus4;
}

/** The menu of that path; undefined when it is none that is ever touched. */
export function menuAt(path: string): Menu | undefined {
  return [...menus4, ...menus6].find((menu) => menu.path === path);
}

/** An address or prefix as one host, without the prefix length; undefined when it is wider than one host, or a name. */
export function hostOf(address: string): string | undefined {
  const [host = '', length] = address.split('/');
  if (!/^[0-9a-f.:]+$/i.test(host)) return undefined;
  return length === undefined || length === (isIpv6(host) ? '128' : '32') ? host.toLowerCase() : undefined;
}
