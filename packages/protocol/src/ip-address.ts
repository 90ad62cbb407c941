// Addresses of customers' equipment in one form each, so that the same address is never two records.

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The canonical form of an IPv4 or IPv6 address of one host: IPv6 in lower case and compressed (RFC 5952 §4), an IPv4-mapped one as IPv4.
 * `undefined` when it is none: with a prefix length or a zone, with leading zeros, unspecified, broadcast or multicast.
 */
export function canonicalIp(text: string): string | undefined {
  if (ipv4.test(text)) return isOneHost4(text) ? text : undefined;
  if (!/^[0-9a-f:.]{2,45}$/i.test(text) || !text.includes(':') || !URL.canParse(`http://[${text}]`)) return undefined;
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = mapped.exec(address) ?? [];
  if (high !== undefined && low !== undefined) return canonicalIp(dotted(Number.parseInt(high, 16), Number.parseInt(low, 16)));
  return address === '::' || address.startsWith('ff') ? undefined : address;
}

/** Text that sorts addresses as numbers, IPv4 before IPv6. `address` is canonical. */
export function ipOrder(address: string): string {
  if (!address.includes(':'))
    return `4${address
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')}`;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return `6${[...before, ...zeros, ...after].map((part) => part.padStart(4, '0')).join('')}`;
}

/** A MAC address as routers write it, `AA:BB:CC:DD:EE:FF`, from any of its usual forms; `undefined` when it is none. */
export function canonicalMac(text: string): string | undefined {
  if (!/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$|^[0-9a-f]{12}$/i.test(text)) return undefined;
  const digits = text.replace(/[:.-]/g, '').toUpperCase();
  return digits === '000000000000' || digits === 'FFFFFFFFFFFF' ? undefined : digits.replace(/(..)(?!$)/g, '$1:');
}

function isOneHost4(address: string): boolean {
  const first = Number(address.slice(0, address.indexOf('.')));
  return first !== 0 && (first < 224 || first > 239) && address !== '255.255.255.255';
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
