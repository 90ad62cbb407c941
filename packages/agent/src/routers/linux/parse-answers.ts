// Reads what nft and ip print: elements of a set, routes, neighbours.
import { canonicalIp } from '@relevo/protocol';
import type { RouteValues } from './commands.ts';

export interface NftElement {
  /** One address, a prefix, or a range. */
  text: string;
  timeout?: string;
  comment?: string;
}

/** The type of the set's elements, as `ipv4_addr`; undefined when the answer shows no set. */
export function setType(answer: string): string | undefined {
  return /^\s*(?:type|typeof) (.+)$/m.exec(answer)?.[1]?.trim();
}

export function parseElements(answer: string): NftElement[] {
  const [, inside] = /elements = \{((?:[^}"]|"[^"]*")*)\}/.exec(answer) ?? [];
  if (inside === undefined) return [];
  // Commas part elements, except within the quotes of a comment.
  return (inside.match(/(?:[^,"]|"[^"]*")+/g) ?? []).flatMap((part) => {
    const [text] = part.trim().split(/\s+/);
    if (!text) return [];
    const timeout = /\stimeout (\S+)/.exec(part)?.[1];
    const comment = /\scomment "([^"]*)"/.exec(part)?.[1];
    return [{ text: canonicalIp(text) ?? text, ...(timeout !== undefined && { timeout }), ...(comment !== undefined && { comment }) }];
  });
}

export interface Route extends RouteValues {
  destination: string;
  /** The kernel made it, with an interface. */
  isKernels: boolean;
  /** It leads somewhere; a blackhole and its like keep a customer out. */
  leadsSomewhere: boolean;
  /** Over several ways at once. */
  isMultipath: boolean;
}

const valued = new Set(['via', 'dev', 'proto', 'metric', 'scope', 'src', 'table', 'pref', 'mtu', 'advmss', 'expires', 'error', 'weight']);

export function parseRoutes(answer: string): Route[] {
  // A line that is indented goes on with the ways of the route above.
  return (answer.match(/^\S.*(?:\n[ \t]+\S.*)*/gm) ?? []).map((text) => {
    const words = text.split(/\s+/);
    const leadsSomewhere = !['unreachable', 'blackhole', 'prohibit', 'throw'].includes(words[0] ?? '');
    if (!leadsSomewhere || words[0] === 'unicast') words.shift();
    const values: Record<string, string> = {};
    for (let index = 1; index < words.length; index += 1) {
      const word = words[index] ?? '';
      if (word === 'onlink') values.onlink = 'true';
      if (valued.has(word)) {
        values[word] = words[index + 1] ?? '';
        index += 1;
      }
    }
    const { via, dev, proto, metric, scope, src, onlink } = values;
    const given = Object.fromEntries(Object.entries({ via, dev, proto, metric, scope, src, onlink }).filter(([, value]) => value !== undefined));
    return { destination: words[0] ?? '', isKernels: proto === 'kernel', leadsSomewhere, isMultipath: words.includes('nexthop'), ...given };
  });
}

export interface Neighbour {
  address: string;
  dev: string;
  lladdr?: string;
  /** Somebody set it by hand. */
  isPermanent: boolean;
}

/** Neighbours that have an address on the wire; the others are only remembered as not found. */
export function parseNeighbours(answer: string): Neighbour[] {
  return answer.split('\n').flatMap((line) => {
    const [, address, dev, lladdr, rest] = /^(\S+) dev (\S+)(?: lladdr (\S+))?(.*)$/.exec(line) ?? [];
    if (address === undefined || dev === undefined || lladdr === undefined) return [];
    return [{ address, dev, lladdr, isPermanent: /\bPERMANENT\b/.test(rest ?? '') }];
  });
}
