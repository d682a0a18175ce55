import { networksOf } from '../session/index.ts';

/** What is counted for a browser whose address is none: all of them share it. */
const UNKNOWN_NETWORK: readonly string[] = ['unknown'];

/** The networks that a browser's limits count for, narrowest first. Never empty. */
export function networksForLimits(address: string): readonly string[] {
  const networks = networksOf(address);
  return networks.length === 0 ? UNKNOWN_NETWORK : networks;
}
