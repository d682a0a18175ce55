import ipaddr from 'ipaddr.js';

/** What is shown of an address, in bytes: /24 of IPv4, /48 of IPv6, which a household or an office has as a whole. */
const SHOWN_BYTES = { ipv4: 3, ipv6: 6 } as const;

/**
 * The beginning of a textual address, for people to read: `192.0.2.…`, `2001:db8:1:…`; `unknown` for
 * what is no address. A person who has only seen a code must not learn where its browser is.
 */
export function readableAddress(address: string): string {
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray().slice(0, SHOWN_BYTES[parsed.kind()]);
  if (parsed.kind() === 'ipv4') return `${bytes.join('.')}.…`;
  const groups = [0, 2, 4].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return `${groups.join(':')}:…`;
}
