// Whose request it is when proxies stand between: the last address that none of them vouches for.

/**
 * `peer`: the address that the connection comes from. `forwardedFor`: the value of X-Forwarded-For, to which each proxy appends the address
 * it was called from; only what proxies of `trusted` appended is believed.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: ReadonlySet<string>): string {
  if (trusted.size === 0 || !trusted.has(plain(peer))) return peer;
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return hops.findLast((hop) => !trusted.has(plain(hop))) ?? hops[0] ?? peer;
}

/** An IPv4 address that a dual-stack socket wrote as IPv6 is that IPv4 address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
