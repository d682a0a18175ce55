import { ConnectorError } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import { countedNetworks } from '../session/index.ts';
import type { Row, Store } from '../store/store.ts';

/** Providers' sessions that one network (/24; /64 and /48) may have open at once. */
const PER_NETWORK = 100;
/** One whose follower died with its process counts no longer than this, in ms. */
const COUNTED_MS = 900_000;
/** Who finds no place is told to come back after this long, in s. */
const RETRY_AFTER_S = 10;

/** Which of a network's providers' sessions are open. Keyed hashes at rest. */
interface Place {
  readonly run: string;
  /** Ms since the epoch. */
  readonly until: number;
}

/** Counts the providers' sessions that are open for each network, on all nodes together. */
export interface Followed {
  /** What `admit` and `release` count for a browser. */
  networksOf(address: string): readonly string[];
  /** Takes a place in each of the networks, or in none. @throws ConnectorError `rate_limited` */
  admit(run: string, networks: readonly string[]): Promise<void>;
  release(run: string, networks: readonly string[]): Promise<void>;
}

export function createFollowed(store: Store, { fingerprint }: Pick<Secrets, 'fingerprint'>): Followed {
  /** Reads the places, decides, and stores all or nothing, however many try at once. */
  const change = async (
    networks: readonly string[],
    decide: (places: readonly Place[], now: number) => readonly Place[],
  ): Promise<void> => {
    for (;;) {
      const rows = await Promise.all(networks.map((id) => store.get<readonly Place[]>('followed', id)));
      const now = await store.now();
      const writes = networks.map((id, index) => {
        const row: Row<readonly Place[]> | null = rows[index] ?? null;
        const value = decide(
          (row?.value ?? []).filter(({ until }) => until > now),
          now,
        );
        const next = { id, version: (row?.version ?? 0) + 1, expires_at: now + COUNTED_MS, due_at: null, value };
        return { op: row === null ? ('insert' as const) : ('swap' as const), kind: 'followed', row: next };
      });
      const [first, ...rest] = writes;
      if (first === undefined || (await store.commit([first, ...rest]))) return;
    }
  };

  return {
    networksOf: (address) =>
      countedNetworks(address).map(({ key: network }) => fingerprint(JSON.stringify(['followed', network]))),
    admit: (run, networks) =>
      change(networks, (places, now) => {
        if (places.length >= PER_NETWORK)
          throw new ConnectorError(
            'rate_limited',
            'too many sign-ins from this network wait right now',
            `a network has ${PER_NETWORK} sessions open at providers`,
            RETRY_AFTER_S,
          );
        return [...places, { run, until: now + COUNTED_MS }];
      }),
    release: (run, networks) => change(networks, (places) => places.filter((place) => place.run !== run)),
  };
}
