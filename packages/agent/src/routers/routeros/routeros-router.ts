// A RouterOS v7 router through its REST interface.
import type { RoutedConnection } from '@relevo/protocol';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { ambiguous, namedEntry, saidOf } from '../named-entry.ts';
import type { FoundEntry, KeptEntry, Router } from '../router.ts';
import { childrenFirst } from './children-first.ts';
import { customersOf } from './customers.ts';
import { type Menu, menuAt, menusFor, type Row } from './menus.ts';
import { isOwn } from './ownership.ts';
import { createRouterOsRest, type RouterOsRestOptions } from './rest.ts';

export function createRouterOsRouter(options: RouterOsRestOptions): Router {
  const rest = createRouterOsRest(options);

  /** The entries of `menu` that are the connection's; dynamic ones go with what made them. @throws TaskFailure `router.ambiguous` */
  async function own(menu: Menu, connection: RoutedConnection, names: ReadonlySet<string>, signal: AbortSignal): Promise<Row[]> {
    const found = await Promise.all(menu.lookups(connection).map(([name, value]) => rest.list(menu.path, { [name]: value }, signal)));
    const rows = new Map(found.flat().map((row) => [row['.id'] ?? '', row]));
    const lasting = [...rows.values()].filter((row) => !goesWithItsMaker(menu, row));
    const another = lasting.find((row) => !isOwn(menu, row, connection, names));
    if (another) throw ambiguous(namedEntry(menu.path, menu.nameOf(another)));
    return childrenFirst(lasting);
  }

  /** Rows that are still what `entry` tells: the same name, and in the same hands. */
  async function again(menu: Menu, entry: Pick<KeptEntry, 'values'>, signal: AbortSignal): Promise<Row[]> {
    const { values } = entry;
    const filter = Object.fromEntries(menu.key.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
    const rows = await rest.list(menu.path, filter, signal);
    return rows.filter((row) => menu.key.every((name) => (row[name] ?? '') === (values[name] ?? '')));
  }

  /** True when a rule drops what is on the list: being there keeps the customer out, and disabling it would let them in. */
  async function keepsOut(entry: Pick<KeptEntry, 'values'>, signal: AbortSignal): Promise<boolean> {
    const list = entry.values.list ?? '';
    const filters: Row[] = [{ 'src-address-list': list }, { 'dst-address-list': list }];
    const rules = await Promise.all(['ip/firewall/filter', 'ip/firewall/raw'].flatMap((path) => filters.map((filter) => rest.list(path, filter, signal))));
    return rules.flat().some((rule) => rule.disabled !== 'true' && ['drop', 'reject', 'tarpit'].includes(rule.action ?? ''));
  }

  function writableMenu(entry: KeptEntry, connection: RoutedConnection): Menu | undefined {
    const { kind, values } = entry;
    const menu = menuAt(kind);
    if (!menu) throw new TaskFailure({ code: 'router.refused', values: { reason: `there is no ${kind} to put back` } });
    if (menu.writable.length === 0 || values.dynamic === 'true') return undefined;
    const names = new Set(connection.usuario_ppp === null ? [] : [connection.usuario_ppp]);
    if (!isOwn(menu, values, connection, names)) throw ambiguous(entry);
    return menu;
  }

  async function restore(entry: KeptEntry, connection: RoutedConnection, signal: AbortSignal): Promise<boolean> {
    const menu = writableMenu(entry, connection);
    if (!menu) return false;
    if ((await again(menu, entry, signal)).length > 0) return false;
    const members = { ...entry.values, ...entry.secrets };
    // A PPP secret without a password would let anybody in.
    if (menu.secret.some((name) => members[name] === undefined)) throw new TaskFailure({ code: 'router.secret_unknown', values: saidOf(entry) });
    const row = Object.fromEntries(menu.writable.flatMap((name) => (members[name] ? [[name, members[name]]] : [])));
    await rest.add(menu.path, row, signal);
    return true;
  }

  return {
    // Each request stands for itself, and all of them share `requestsAtOnceMax`.
    isShareable: true,
    async probe(signal) {
      const { name = '' } = await rest.read('system/identity', signal);
      const { version = '', 'board-name': board = '' } = await rest.read('system/resource', signal);
      return { identity: `${name} (RouterOS ${version}${board && `, ${board}`})`, pin: rest.pin() };
    },
    async find(connection, signal) {
      const found: FoundEntry[] = [];
      const names = new Set(connection.usuario_ppp === null ? [] : [connection.usuario_ppp]);
      const [secrets, ...menus] = menusFor(connection);
      if (!secrets) return found;
      const collect = (menu: Menu, rows: readonly Row[]) => found.push(...rows.map((row) => entryOf(menu, row)));
      const secretRows = await own(secrets, connection, names, signal);
      collect(secrets, secretRows);
      // The records may know no PPP user; the secret that hands out this address tells it.
      for (const { name } of secretRows) if (name) names.add(name);
      const rows = await Promise.all(menus.map((menu) => own(menu, connection, names, signal)));
      for (const [index, menu] of menus.entries()) collect(menu, rows[index] ?? []);
      return found;
    },
    async remove(entry, signal) {
      const menu = menuAt(entry.kind);
      if (!menu) return false;
      let isRemoved = false;
      for (const row of await again(menu, entry, signal)) {
        if ((row.comment ?? '') === (entry.values.comment ?? '')) isRemoved = (await rest.remove(menu.path, row['.id'] ?? '', signal)) || isRemoved;
      }
      return isRemoved;
    },
    restore,
    async suspend(entry, signal) {
      const menu = menuAt(entry.kind);
      if (!menu) return false;
      if (menu.role === 'session') return this.remove(entry, signal);
      const { suspended } = menu;
      if (!suspended || entry.values.dynamic === 'true' || (menu.path.endsWith('/address-list') && (await keepsOut(entry, signal)))) return false;
      let isChanged = false;
      for (const row of await again(menu, entry, signal)) {
        const isOff = Object.entries(suspended).every(([name, value]) => row[name] === value);
        if (!isOff) isChanged = (await rest.set(menu.path, row['.id'] ?? '', suspended, signal)) || isChanged;
      }
      return isChanged;
    },
    async reactivate(entry, connection, signal) {
      const menu = writableMenu(entry, connection);
      if (!menu) return false;
      const rows = await again(menu, entry, signal);
      if (rows.length === 0) return restore(entry, connection, signal);
      const before = Object.fromEntries(Object.keys(menu.suspended ?? {}).map((name) => [name, entry.values[name] ?? 'false']));
      let isChanged = false;
      for (const row of rows) {
        const isAsBefore = Object.entries(before).every(([name, value]) => (row[name] ?? 'false') === value);
        if (!isAsBefore) isChanged = (await rest.set(menu.path, row['.id'] ?? '', before, signal)) || isChanged;
      }
      return isChanged;
    },
    customers: (signal) => customersOf(rest, signal),
    close: rest.close,
  };
}

/** A PPP session brings routes and queues, a lease brings ARP: they go when it goes. What else is dynamic is a customer's as well. */
function goesWithItsMaker(menu: Menu, row: Row): boolean {
  return row.dynamic === 'true' && ['queue/simple', 'ip/route', 'ipv6/route', 'ip/arp'].includes(menu.path);
}

function entryOf(menu: Menu, row: Row): FoundEntry {
  const { '.id': _unstable, ...members } = row;
  const isSecret = (name: string) => menu.secret.includes(name);
  return {
    ...namedEntry(menu.path, menu.nameOf(row)),
    role: menu.role,
    fleeting: row.dynamic === 'true',
    values: Object.fromEntries(Object.entries(members).filter(([name]) => !isSecret(name))),
    secrets: Object.fromEntries(Object.entries(members).filter(([name]) => isSecret(name))),
  };
}
