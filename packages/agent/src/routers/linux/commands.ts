// The commands that a Linux router is given, for a POSIX shell as small as BusyBox's. Whatever comes from outside is checked for its form first
// and quoted all the same.
import { canonicalIp, canonicalMac } from '@relevo/protocol';
import { TaskFailure } from '../../tasks/task-handler.ts';

/** A set of allowed customers: `inet relevo clientes`. */
export interface NftSet {
  family: string;
  table: string;
  set: string;
}

/** A command that was told to change something ends with this when there was nothing to change. */
export const nothingToDo = 44;

const nftName = '[A-Za-z_][A-Za-z0-9_.-]{0,62}';
const nftSet = new RegExp(`^(inet|ip|ip6) (${nftName}) (${nftName})$`);

/** @throws TaskFailure when it is no set that could hold addresses */
export function parseNftSet(text: string): NftSet {
  const [, family, table, set] = nftSet.exec(text) ?? [];
  if (family === undefined || table === undefined || set === undefined) throw unfit('the nftables set');
  return { family, table, set };
}

/** Forms of what a route, a neighbour or an element is made of. */
const forms = {
  ip: (text: string) => canonicalIp(text) === text,
  mac: (text: string) => canonicalMac(text) !== undefined,
  dev: (text: string) => /^[A-Za-z0-9_.:-]{1,15}$/.test(text),
  number: (text: string) => /^\d{1,10}$/.test(text),
  word: (text: string) => /^[a-z0-9_]{1,32}$/.test(text),
  duration: (text: string) => /^(?:\d{1,6}(?:ms|[wdhms]))+$/.test(text),
  // nftables knows no escape within its quotes.
  comment: (text: string) => /^[^"\\\p{Cc}]{1,128}$/u.test(text),
};

/** `text` if it has that form. @throws TaskFailure when it has not */
export function checked(form: keyof typeof forms, text: string | undefined): string {
  if (text === undefined || !forms[form](text)) throw unfit(form);
  return text;
}

/** One word for the shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Before every command: plain messages, the administrators' programs, and `$s` that makes the user an administrator. */
const preamble = 'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; s=; [ "$(id -u)" = 0 ] || s="sudo -n"; ';

export const probe = `${preamble}uname -n; uname -sr; . /etc/os-release 2>/dev/null; echo "$PRETTY_NAME"`;

/** Everything of one address, in sections that `sectionsOf` takes apart. */
export function find(ip: string, set: NftSet | undefined): string {
  const address = quoted(checked('ip', ip));
  const host = hostPrefix(ip);
  return [
    preamble,
    ...(set
      ? [section('set', `$s nft -t list set ${setOf(set)} 2>&1`), section('element', `$s nft get element ${setOf(set)} ${quoted(`{ ${ip} }`)} 2>/dev/null`)]
      : []),
    section('route', `ip ${family(ip)} route show exact ${host} 2>&1`),
    section('neighbour', `ip ${family(ip)} neigh show to ${address} 2>&1`),
    section('flows', `if command -v conntrack >/dev/null; then $s conntrack -L ${trackedFamily(ip)} -s ${address} 2>/dev/null | wc -l; fi`),
  ].join('');
}

/** All customers: the elements of the set, or without one the routes to single hosts. */
export function list(set: NftSet | undefined): string {
  if (set) return `${preamble}${section('set', `$s nft list set ${setOf(set)} 2>&1`)}`;
  return `${preamble}${section('routes', 'ip -4 route show proto static; ip -6 route show proto static')}`;
}

function section(name: string, command: string): string {
  return `echo "@@${name}"; ${command}; echo "@@end $?"; `;
}

/** The sections of an answer by name: what was printed, and how the command ended. */
export function sectionsOf(answer: string): Map<string, { text: string; code: number }> {
  const sections = new Map<string, { text: string; code: number }>();
  for (const [, name = '', text = '', code] of answer.matchAll(/^@@(\w+)\n([\s\S]*?)^@@end (\d+)$/gm)) sections.set(name, { text, code: Number(code) });
  return sections;
}

export function deleteElement(set: NftSet, ip: string): string {
  const element = `${setOf(set)} ${quoted(`{ ${checked('ip', ip)} }`)}`;
  return `${preamble}$s nft get element ${element} >/dev/null 2>&1 || exit ${nothingToDo}; $s nft delete element ${element}`;
}

export function addElement(set: NftSet, ip: string, { timeout, comment }: { timeout?: string | undefined; comment?: string | undefined }): string {
  const lasting = timeout === undefined ? '' : ` timeout ${checked('duration', timeout)}`;
  const noted = comment === undefined ? '' : ` comment "${checked('comment', comment)}"`;
  const plain = `${setOf(set)} ${quoted(`{ ${checked('ip', ip)} }`)}`;
  return `${preamble}$s nft get element ${plain} >/dev/null 2>&1 && exit ${nothingToDo}; $s nft add element ${setOf(set)} ${quoted(`{ ${ip}${lasting}${noted} }`)}`;
}

export interface RouteValues {
  via?: string | undefined;
  dev?: string | undefined;
  proto?: string | undefined;
  metric?: string | undefined;
  scope?: string | undefined;
  src?: string | undefined;
  onlink?: string | undefined;
}

export function deleteRoute(ip: string, route: RouteValues): string {
  return `${preamble}${hasRoute(ip)} || exit ${nothingToDo}; $s ip ${family(ip)} route del ${hostPrefix(ip)}${routeWords(route)}`;
}

export function addRoute(ip: string, route: RouteValues): string {
  return `${preamble}${hasRoute(ip)} && exit ${nothingToDo}; $s ip ${family(ip)} route add ${hostPrefix(ip)}${routeWords(route)}`;
}

function hasRoute(ip: string): string {
  return `[ -n "$(ip ${family(ip)} route show exact ${hostPrefix(ip)})" ]`;
}

function routeWords({ via, dev, proto, metric, scope, src, onlink }: RouteValues): string {
  const words = [
    ...(via === undefined ? [] : ['via', checked('ip', via)]),
    ...(dev === undefined ? [] : ['dev', checked('dev', dev)]),
    ...(proto === undefined ? [] : ['proto', checked('word', proto)]),
    ...(scope === undefined ? [] : ['scope', checked('word', scope)]),
    ...(src === undefined ? [] : ['src', checked('ip', src)]),
    ...(metric === undefined ? [] : ['metric', checked('number', metric)]),
    ...(onlink === undefined ? [] : ['onlink']),
  ];
  return words.map((word) => ` ${quoted(word)}`).join('');
}

export function deleteNeighbour(ip: string, dev: string | undefined): string {
  const shown = `ip ${family(ip)} neigh show to ${quoted(checked('ip', ip))} dev ${quoted(checked('dev', dev))}`;
  return `${preamble}[ -n "$(${shown})" ] || exit ${nothingToDo}; $s ip ${family(ip)} neigh del ${quoted(ip)} dev ${quoted(checked('dev', dev))}`;
}

export function addNeighbour(ip: string, dev: string | undefined, mac: string | undefined): string {
  const where = `${quoted(checked('ip', ip))} dev ${quoted(checked('dev', dev))}`;
  return (
    `${preamble}ip ${family(ip)} neigh show to ${where} | grep -q PERMANENT && exit ${nothingToDo}; ` +
    `$s ip ${family(ip)} neigh replace ${where} lladdr ${quoted(checked('mac', mac))} nud permanent`
  );
}

/** Ends the flows that were let through, in both directions; "0 flow entries" is an error to conntrack and none to us. */
export function cutFlows(ip: string): string {
  const address = quoted(checked('ip', ip));
  const cut = (side: string) => `$s conntrack -D ${trackedFamily(ip)} ${side} ${address} >/dev/null 2>&1`;
  return `${preamble}command -v conntrack >/dev/null || exit ${nothingToDo}; ${cut('-s')}; ${cut('-d')}; exit 0`;
}

function setOf({ family: of, table, set }: NftSet): string {
  return `${quoted(of)} ${quoted(table)} ${quoted(set)}`;
}

function family(ip: string): string {
  return ip.includes(':') ? '-6' : '-4';
}

function trackedFamily(ip: string): string {
  return ip.includes(':') ? '-f ipv6' : '-f ipv4';
}

function hostPrefix(ip: string): string {
  return quoted(`${checked('ip', ip)}/${ip.includes(':') ? 128 : 32}`);
}

function unfit(what: string): TaskFailure {
  return new TaskFailure({ code: 'router.refused', values: { reason: `${what} has not the form of one` } });
}
