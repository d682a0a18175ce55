import { type CountedNetwork, countedNetworks } from '../session/index.ts';

export interface ShareLimits {
  /** Held at a time by this process. */
  readonly total: number;
  /** Held at a time by one network: a /24 of IPv4 or a /64 of IPv6; a /48 holds four times as many. */
  readonly per_network: number;
  /** Multiplies `per_network`, up to `total`; below 1 it changes nothing. Default 1. */
  readonly factor?: number | undefined;
}

/** Counts what is held at a time (sockets, polls, connections), so that no network holds all of it. */
export interface NetworkShares {
  /**
   * Takes one place; null when there is none. What it returns gives one back, and is called once for each place: all
   * of a network have the same, for thousands are held at a time.
   * @param address null for a proxy, which stands for all networks: only the total counts
   */
  take(address: string | null): (() => void) | null;
  /** Places taken. */
  readonly size: number;
}

export function createNetworkShares({ total, per_network, factor = 1 }: ShareLimits): NetworkShares {
  const most = Math.min(total, Math.round(per_network * Math.max(1, factor)));
  const held = new Map<string, number>();
  /** What gives a place back, by the narrowest network; it says which the others are. */
  const releases = new Map<string, () => void>();
  let size = 0;
  const add = (key: string, change: 1 | -1): void => {
    const count = (held.get(key) ?? 0) + change;
    if (count > 0) held.set(key, count);
    else held.delete(key);
  };
  const releaseOf = (networks: readonly CountedNetwork[]): (() => void) => {
    const narrowest = networks[0]?.key ?? '';
    const known = releases.get(narrowest);
    if (known !== undefined) return known;
    const release = (): void => {
      size -= 1;
      for (const { key } of networks) add(key, -1);
      if (!held.has(narrowest)) releases.delete(narrowest);
    };
    releases.set(narrowest, release);
    return release;
  };
  return {
    take(address) {
      const networks = address === null ? [] : countedNetworks(address);
      const hasRoom = networks.every(({ key, share }) => (held.get(key) ?? 0) < most * share);
      if (size >= total || !hasRoom) return null;
      size += 1;
      for (const { key } of networks) add(key, 1);
      return releaseOf(networks);
    },
    get size() {
      return size;
    },
  };
}
