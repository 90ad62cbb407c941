// A Linux or OpenWrt router through SSH: the nftables set of allowed customers, routes, neighbours and tracked flows.
import { canonicalIp, canonicalMac, type RoutedConnection } from '@relevo/protocol';
import { TaskFailure } from '../../tasks/task-handler.ts';
import { ambiguous, namedEntry } from '../named-entry.ts';
import type { FoundEntry, KeptEntry, Router, RouterCustomers } from '../router.ts';
import * as commands from './commands.ts';
import { type NftElement, parseElements, parseNeighbours, parseRoutes, setType } from './parse-answers.ts';
import { createShell, type ShellOptions } from './shell.ts';

export interface LinuxRouterOptions extends ShellOptions {
  /** The set of allowed customers, as `inet relevo clientes`; null: routes alone let customers in. */
  nftSet: string | null;
}

export function createLinuxRouter(options: LinuxRouterOptions): Router {
  const shell = createShell(options);
  const set = options.nftSet === null ? undefined : commands.parseNftSet(options.nftSet);

  /** Runs a command that only looks. @throws TaskFailure when the router refuses */
  async function look(command: string, signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await shell.run(command, signal);
    if (code !== 0) throw refused(stderr || `exit code ${code}`);
    return stdout;
  }

  /** Runs a command that changes something. False: there was nothing to change. */
  async function change(command: string, signal: AbortSignal): Promise<boolean> {
    const { code, stdout, stderr } = await shell.run(command, signal);
    if (code === commands.nothingToDo) return false;
    if (code !== 0) throw refused(stderr || stdout || `exit code ${code}`);
    return true;
  }

  function element({ text, timeout, comment }: NftElement): FoundEntry {
    const values = { address: text, set: options.nftSet ?? '', ...(timeout !== undefined && { timeout }), ...(comment !== undefined && { comment }) };
    return { ...namedEntry('nft-element', `${set?.set} ${text}`), role: 'access', fleeting: false, values, secrets: {} };
  }

  async function find(connection: RoutedConnection, signal: AbortSignal): Promise<FoundEntry[]> {
    const ip = connection.direccion_ip;
    const sections = commands.sectionsOf(await look(commands.find(ip, set), signal));
    const text = (name: string) => {
      const section = sections.get(name);
      if (!section || (section.code !== 0 && name !== 'element')) throw refused(section?.text || `no answer about ${name}`);
      return section.text;
    };
    const found: FoundEntry[] = [];
    if (set) {
      holdsAddresses(sections.get('set'), options.nftSet);
      for (const held of parseElements(text('element'))) {
        const entry = element(held);
        // A range or prefix that covers the address lets others in as well.
        if (held.text !== ip || isTaggedForAnother(held.comment, connection)) throw ambiguous(entry);
        found.push(entry);
      }
    }
    const flows = Number(text('flows').trim() || 0);
    if (flows > 0) {
      found.push({ ...namedEntry('conntrack', ip), role: 'session', fleeting: true, values: { address: ip, flows: String(flows) }, secrets: {} });
    }
    return [...found, ...routesOf(text('route'), ip), ...neighboursOf(text('neighbour'), connection)];
  }

  async function remove({ kind, values }: FoundEntry, signal: AbortSignal): Promise<boolean> {
    const ip = values.address ?? '';
    switch (kind) {
      case 'nft-element':
        return set !== undefined && change(commands.deleteElement(set, ip), signal);
      case 'conntrack':
        return change(commands.cutFlows(ip), signal);
      case 'route':
        return change(commands.deleteRoute(ip, values), signal);
      case 'neighbour':
        return change(commands.deleteNeighbour(ip, values.dev), signal);
      default:
        return false;
    }
  }

  async function restore(entry: KeptEntry, connection: RoutedConnection, signal: AbortSignal): Promise<boolean> {
    const { kind, values } = entry;
    const ip = connection.direccion_ip;
    if (values.address !== ip || isTaggedForAnother(values.comment, connection)) throw ambiguous(entry);
    switch (kind) {
      case 'nft-element':
        if (!set) throw refused('no nftables set of allowed customers is configured');
        return change(commands.addElement(set, ip, values), signal);
      case 'route':
        return change(commands.addRoute(ip, values), signal);
      case 'neighbour':
        return values.dynamic !== 'true' && change(commands.addNeighbour(ip, values.dev, values.lladdr), signal);
      case 'conntrack':
        return false;
      default:
        throw refused(`there is no ${kind} to put back`);
    }
  }

  return {
    // A command that is broken off takes the SSH connection with it.
    isShareable: false,
    async probe(signal) {
      const [name = '', kernel = '', system = ''] = (await look(commands.probe, signal)).split('\n');
      if (set) holdsAddresses(commands.sectionsOf(await look(commands.list(set), signal)).get('set'), options.nftSet);
      return { identity: `${name} (${[system, kernel].filter(Boolean).join(', ')})`, pin: shell.pin() };
    },
    find,
    remove,
    restore,
    async suspend(entry, signal) {
      if (!set) throw refused('no nftables set of allowed customers is configured');
      return entry.role !== 'rest' && remove(entry, signal);
    },
    reactivate: async (entry, connection, signal) => entry.kind === 'nft-element' && restore(entry, connection, signal),
    async customers(signal) {
      const sections = commands.sectionsOf(await look(commands.list(set), signal));
      if (set) {
        holdsAddresses(sections.get('set'), options.nftSet);
        return customersOf(parseElements(sections.get('set')?.text ?? '').map(element));
      }
      return customersOf(
        parseRoutes(sections.get('routes')?.text ?? '').flatMap((route) =>
          canonicalIp(route.destination) ? routesOf(route.destination, route.destination) : [],
        ),
      );
    },
    close: shell.close,
  };
}

/** Routes to the one host; those of the kernel go with their interface, and those that lead nowhere keep the customer out. */
function routesOf(answer: string, ip: string): FoundEntry[] {
  return parseRoutes(answer)
    .filter(({ isKernels, leadsSomewhere }) => !isKernels && leadsSomewhere)
    .map(({ destination: _host, isKernels: _kernels, leadsSomewhere: _leads, isMultipath, ...route }) => {
      if (isMultipath) throw refused(`the route to ${ip} takes several ways at once`);
      const values = { address: ip, ...(route as Record<string, string>) };
      const way = [route.via && ` via ${route.via}`, route.dev && ` dev ${route.dev}`].filter(Boolean).join('');
      return { ...namedEntry('route', `${ip}${way}`), role: 'rest', fleeting: false, values, secrets: {} };
    });
}

/** A neighbour that was learnt is learnt again; one that was set is the connection's, if it is the right one. */
function neighboursOf(answer: string, { direccion_ip, mac }: RoutedConnection): FoundEntry[] {
  return parseNeighbours(answer).map(({ dev, lladdr, isPermanent }) => {
    const called = namedEntry('neighbour', `${direccion_ip}${lladdr === undefined ? '' : ` (${lladdr})`}`);
    if (isPermanent && mac !== null && canonicalMac(lladdr ?? '') !== canonicalMac(mac)) throw ambiguous(called);
    const values = { address: direccion_ip, dev, ...(lladdr !== undefined && { lladdr }), ...(!isPermanent && { dynamic: 'true' }) };
    return { ...called, role: 'rest', fleeting: !isPermanent, values, secrets: {} };
  });
}

function customersOf(entries: readonly FoundEntry[]): RouterCustomers {
  const addresses = new Set(entries.map(({ values }) => values.address));
  return {
    holds: ({ direccion_ip }) => addresses.has(direccion_ip),
    unexpected(connections, max) {
      const known = new Set(connections.map(({ direccion_ip }) => direccion_ip));
      const unexpected = entries.filter(({ values }) => !known.has(values.address ?? ''));
      return unexpected.slice(0, max).map(({ kind, label, name, values }) => ({ kind, label, name, values }));
    },
  };
}

function holdsAddresses(answer: { text: string; code: number } | undefined, name: string | null): void {
  if (answer?.code !== 0) throw refused(`nft set ${name}: ${answer?.text.trim().split('\n')[0] ?? 'no answer'}`);
  const type = setType(answer.text);
  if (type !== 'ipv4_addr' && type !== 'ipv6_addr') throw refused(`nft set ${name} holds ${type ?? 'nothing known'}, not addresses`);
}

function isTaggedForAnother(comment: string | undefined, { id_conexion }: RoutedConnection): boolean {
  return (comment?.match(/\brelevo:\d+\b/g) ?? []).some((tag) => tag !== `relevo:${id_conexion}`);
}

function refused(reason: string): TaskFailure {
  return new TaskFailure({ code: 'router.refused', values: { reason: reason.trim().slice(0, 300) } });
}
