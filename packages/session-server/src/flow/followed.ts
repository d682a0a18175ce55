import { ConnectorError } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import { countedNetworks } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { FOLLOWED, type Place } from './kinds.ts';

/** Providers' sessions that one network (/24; /64 and /48) may have open at once. */
const PER_NETWORK = 100;
/** One whose follower died with its process counts no longer than this, in ms. */
const COUNTED_MS = 900_000;
/** Who finds no place is told to come back after this long, in s. */
const RETRY_AFTER_S = 10;

/** Counts the providers' sessions that are open for each network, on all nodes together. */
export interface Followed {
  /** What `admit` and `release` count for a browser. */
  networksOf(address: string): readonly string[];
  /** Takes a place in each of the networks, or in none. @throws ConnectorError `rate_limited` */
  admit(run: string, networks: readonly string[]): Promise<void>;
  release(run: string, networks: readonly string[]): Promise<void>;
}

export function createFollowed(store: Store, { fingerprint }: Pick<Secrets, 'fingerprint'>): Followed {
  const books = collectionOf(store, FOLLOWED);
  const change = async (
    network: string,
    decide: (places: readonly Place[], now: number) => readonly Place[],
  ): Promise<void> => {
    await books.update(network, (row, now) => ({
      value: decide(
        (row?.value ?? []).filter(({ until }) => until > now),
        now,
      ),
      expires_at: now + COUNTED_MS,
    }));
  };
  const give = (run: string, network: string): Promise<void> =>
    change(network, (places) => places.filter((place) => place.run !== run));

  return {
    networksOf: (address) =>
      countedNetworks(address).map(({ key: network }) => fingerprint(JSON.stringify(['followed', network]))),
    async admit(run, networks) {
      const taken: string[] = [];
      try {
        for (const network of networks) {
          await change(network, (places, now) => {
            if (places.length >= PER_NETWORK)
              throw new ConnectorError(
                'rate_limited',
                'too many sign-ins from this network wait right now',
                `a network has ${PER_NETWORK} sessions open at providers`,
                RETRY_AFTER_S,
              );
            return [...places, { run, until: now + COUNTED_MS }];
          });
          taken.push(network);
        }
      } catch (cause) {
        // Each network is a row of its own: what the narrow one gave goes back.
        for (const network of taken) await give(run, network);
        throw cause;
      }
    },
    async release(run, networks) {
      for (const network of networks) await give(run, network);
    },
  };
}
