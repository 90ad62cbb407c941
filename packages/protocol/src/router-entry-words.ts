// What the things on a router are called by people: the word goes by the kind and is chosen where it is shown, the name is the router's own.
import type { Language } from './language.ts';

/** By kind: a menu of RouterOS, or what Linux calls it. */
const words = {
  'ppp/secret': { en: 'PPP secret', es: 'secreto PPP' },
  'ppp/active': { en: 'PPP session', es: 'sesión PPP' },
  'queue/simple': { en: 'queue', es: 'cola' },
  'ip/firewall/address-list': { en: 'address list', es: 'lista de direcciones' },
  'ipv6/firewall/address-list': { en: 'address list', es: 'lista de direcciones' },
  'ip/dhcp-server/lease': { en: 'DHCP lease', es: 'concesión DHCP' },
  'ipv6/dhcp-server/binding': { en: 'DHCPv6 binding', es: 'asignación DHCPv6' },
  'ip/arp': { en: 'ARP', es: 'ARP' },
  'ip/route': { en: 'route', es: 'ruta' },
  'ipv6/route': { en: 'route', es: 'ruta' },
  'nft-element': { en: 'nft', es: 'nft' },
  conntrack: { en: 'flows of', es: 'flujos de' },
  route: { en: 'route', es: 'ruta' },
  neighbour: { en: 'neighbour', es: 'vecino' },
} as const satisfies Record<string, Record<Language, string>>;

export type RouterEntryKind = keyof typeof words;

interface Called {
  kind?: string | number | undefined;
  /** What it is called among those of its kind; undefined when an older agent found it. */
  name?: string | number | undefined;
  /** The whole in English, as the agent says it. */
  label: string;
}

/** How an entry is called in `language`; in English, as its agent says it, when the agent is of another version than this. */
export function entryLabel({ kind, name, label }: Called, language: Language): string {
  const word = (words as Partial<Record<string, Record<Language, string>>>)[kind ?? '']?.[language];
  return word === undefined || name === undefined ? label : `${word} ${name}`;
}
