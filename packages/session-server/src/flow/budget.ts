import { ConnectorError, type Budget, type Requester } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { BUDGET, type BudgetEntry } from './kinds.ts';

/** From this part of the limit on, what is left is shared between networks. */
const SHARED_FROM = 1 / 2;
/** No network has more than this part of what is left. */
const SHARE = 1 / 10;
/** This part of the limit is for requests that their client pushed while it authenticated. */
const RESERVE = 1 / 5;

/** Oldest first: never more entries than the limit. */
type Log = readonly BudgetEntry[];

/** For whom something is taken, as the log knows it. */
type Asker = Pick<BudgetEntry, 'networks'> & Pick<Requester, 'client_authenticated'>;

/**
 * A budget that every node shares: a sliding log in one row, so that no window of `window_ms`,
 * however it is laid, sees more than `limit`. A fixed window would let twice as much through
 * around its border.
 *
 * What is taken for a requester is shared fairly. Once a window is more than half used, a network
 * that has a tenth of what is left waits (one that has nothing gets its first). The last fifth is
 * for requests that a client pushed while it authenticated.
 */
export function createBudget(
  store: Store,
  { fingerprint }: Pick<Secrets, 'fingerprint'>,
  name: string,
  limit: number,
  window_ms: number,
): Budget {
  const hashOf = (network: string): string => fingerprint(JSON.stringify(['budget', name, network]));
  const budgets = collectionOf(store, BUDGET);
  return {
    async take(count, requester) {
      if (count > limit) throw new RangeError(`a budget of ${limit} never has ${count}`);
      const asker = requester === undefined ? null : { ...requester, networks: requester.networks.map(hashOf) };
      await budgets.update(name, (row, now) => {
        const log = (row?.value ?? []).filter(({ at }) => at > now - window_ms);
        const free_at = freeAt(log, count, { limit, asker, now, window_ms });
        if (free_at > now) {
          throw new ConnectorError(
            'rate_limited',
            'too many sign-ins with this identity app right now',
            `the budget "${name}" of ${limit} in ${window_ms} ms is used up`,
            Math.max(1, Math.ceil((free_at - now) / 1000)),
          );
        }
        const entry: BudgetEntry = { at: now, networks: asker?.networks ?? [] };
        return { value: [...log, ...Array.from({ length: count }, () => entry)], expires_at: now + window_ms };
      });
    },
  };
}

interface Terms {
  readonly limit: number;
  readonly asker: Asker | null;
  readonly now: number;
  readonly window_ms: number;
}

/** When there is room: now, or when enough of the entries have fallen out of the window. */
function freeAt(log: Log, count: number, { limit, asker, now, window_ms }: Terms): number {
  const times = [now, ...new Set(log.map(({ at }) => at + window_ms))];
  const found = times.find((time) => {
    const left = log.filter(({ at }) => at > time - window_ms);
    return left.length + count <= limit && (asker === null || isFair(left, count, limit, asker));
  });
  // The last of the times finds an empty window.
  return found ?? now + window_ms;
}

function isFair(log: Log, count: number, limit: number, { networks, client_authenticated }: Asker): boolean {
  const used = log.length;
  if (used + count <= limit * SHARED_FROM) return true;
  if (!client_authenticated && used + count > Math.max(count, limit * (1 - RESERVE))) return false;
  const share = Math.max(count, Math.floor((limit - used) * SHARE));
  return networks.every((network) => countOf(log, network) + count <= share);
}

function countOf(log: Log, network: string): number {
  return log.filter((entry) => entry.networks.includes(network)).length;
}
