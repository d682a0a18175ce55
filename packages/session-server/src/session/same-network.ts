import ipaddr from 'ipaddr.js';
import type { Device } from './session.ts';

const PREFIX_BITS = { ipv4: 24, ipv6: 64 } as const;

/**
 * The kinds of address whose prefix says something about a place. Left out, because two of them may
 * share a prefix and yet be anywhere: unspecified, loopback, link-local (every machine has fe80::/64),
 * multicast, Teredo (RFC 4380: one prefix for each server), translated IPv4 (RFC 6052, RFC 7915).
 * A kind that is not named here never counts as known.
 */
const COMPARABLE: ReadonlySet<string> = new Set([
  'unicast',
  'private',
  'uniqueLocal',
  'carrierGradeNat',
  '6to4',
  // The documentation ranges (RFC 5737, RFC 3849), and what is not assigned yet.
  'reserved',
]);

/**
 * Whether two parties are on one network: the same /24 (IPv4) or /64 (IPv6). An IPv4 address in IPv6
 * clothing (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) counts as IPv4. Two families are never the same.
 * Null where one of the addresses does not say where its device is: who asks must treat that as "no".
 */
export function sameNetwork(
  a: Pick<Device, 'address' | 'comparable'>,
  b: Pick<Device, 'address' | 'comparable'>,
): boolean | null {
  const first = read(a);
  const second = read(b);
  if (first === null || second === null) return null;
  // Told apart by class, so that `match` is called with one family only: it throws on two.
  if (first instanceof ipaddr.IPv4) return second instanceof ipaddr.IPv4 && first.match(second, PREFIX_BITS.ipv4);
  return second instanceof ipaddr.IPv6 && first.match(second, PREFIX_BITS.ipv6);
}

function read({ address, comparable }: Pick<Device, 'address' | 'comparable'>): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // oxlint-disable-next-line typescript/no-unnecessary-boolean-literal-compare -- older sessions lack it
  if (comparable !== true) return null;
  // The library also reads `127.1` and `0x7f.0.0.1`; no proxy or socket reports those.
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return null;
  const parsed = ipaddr.process(address);
  if (!COMPARABLE.has(parsed.range())) return null;
  // ::/64 holds the IPv4-compatible addresses (RFC 4291 §2.5.5.1): one prefix for all of IPv4.
  const leadingZeros = parsed instanceof ipaddr.IPv6 && parsed.parts.slice(0, 4).every((part) => part === 0);
  return leadingZeros ? null : parsed;
}
