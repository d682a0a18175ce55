import ipaddr from 'ipaddr.js';

/**
 * The networks that an address belongs to, narrowest first, as limits count them: the /24 of an IPv4
 * address; the /64 and the /48 of an IPv6 address, because one subscriber has at least a /64 and
 * often a /48 (RFC 6177). An IPv4 address in IPv6 clothing (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2)
 * counts as IPv4. Empty for what is no address.
 */
export function networksOf(address: string): readonly string[] {
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return [];
  const parsed = ipaddr.process(address);
  const bits = parsed instanceof ipaddr.IPv4 ? [24] : [64, 48];
  return bits.map((length) => prefixOf(parsed.toByteArray(), length));
}

/** Without the zone of a link-local address (`fe80::1%eth0`): it names an interface of this host, and no network. */
function prefixOf(bytes: readonly number[], length: number): string {
  const network = bytes.map((byte, index) => (index * 8 < length ? byte : 0));
  return `${ipaddr.fromByteArray(network).toString()}/${length}`;
}
