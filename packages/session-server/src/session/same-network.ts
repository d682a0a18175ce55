import ipaddr from 'ipaddr.js';

const PREFIX_BITS = { ipv4: 24, ipv6: 64 } as const;

/**
 * Whether two textual addresses look like one network: the same /24 (IPv4) or /64 (IPv6). An
 * IPv4 address in IPv6 clothing (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) counts as IPv4. Mixed
 * families and what is no address are never the same: where it matters, that refuses.
 */
export function sameNetwork(a: string, b: string): boolean {
  const first = read(a);
  const second = read(b);
  if (first === null || second === null) return false;
  // Told apart by class, so that `match` is called with one family only: it throws on two.
  if (first instanceof ipaddr.IPv4) return second instanceof ipaddr.IPv4 && first.match(second, PREFIX_BITS.ipv4);
  return second instanceof ipaddr.IPv6 && first.match(second, PREFIX_BITS.ipv6);
}

function read(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // The library also reads `127.1` and `0x7f.0.0.1`; no proxy or socket reports those.
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return null;
  return ipaddr.process(address);
}
