import ipaddr from 'ipaddr.js';

/** A network that an address is in, as limits count it. */
export interface Network {
  /** `192.0.2.0/24`, `2001:db8::/64`, `2001:db8::/48`; `unknown` for what is no address. */
  readonly key: string;
  /** How many times a limit's number this network may use. */
  readonly share: number;
}

/** A /48 is what one customer of a provider gets: it may use this many times what one /64 may. */
export const WIDE_SHARE = 4;

/**
 * The networks that a limit counts an address in, the narrowest first: /24 for IPv4, /64 and /48 for
 * IPv6. One machine has a whole /64 (RFC 4291 §2.5.1), and one customer often a /48 (RFC 6177), so
 * single IPv6 addresses count for nothing.
 *
 * An IPv4 address in IPv6 form (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) counts as IPv4. What is no
 * address shares one key.
 */
export function networksOf(address: string): readonly Network[] {
  const parsed = read(address);
  if (parsed === null) return UNKNOWN;
  if (parsed instanceof ipaddr.IPv4) return [{ key: prefix(parsed, 24), share: 1 }];
  return [
    { key: prefix(parsed, 64), share: 1 },
    { key: prefix(parsed, 48), share: WIDE_SHARE },
  ];
}

const UNKNOWN: readonly Network[] = [{ key: 'unknown', share: 1 }];

function read(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // The library also reads `127.1` and `0x7f.0.0.1`; no proxy or socket reports those.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function prefix(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => (index < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}
