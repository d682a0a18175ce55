import { networksOf } from './networks.ts';

/** A network as limits count it. */
export interface CountedNetwork {
  /** `192.0.2.0/24`, `2001:db8::/64`, `2001:db8::/48`; `unknown` for what is no address. */
  readonly key: string;
  /** How many times a limit's number this network may use. */
  readonly share: number;
}

/** A /48 is what one customer of a provider gets: it may use this many times what one /64 may. */
const WIDE_SHARE = 4;

/**
 * The networks in which a limit counts an address, the narrowest first. Single IPv6 addresses count
 * for nothing: one machine has a whole /64 (RFC 4291 §2.5.1). What is no address shares one key.
 */
export function countedNetworks(address: string): readonly CountedNetwork[] {
  const [narrow = 'unknown', ...wide] = networksOf(address);
  return [{ key: narrow, share: 1 }, ...wide.map((key) => ({ key, share: WIDE_SHARE }))];
}
