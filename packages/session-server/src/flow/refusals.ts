import type { Secrets } from '../secrets/index.ts';
import { inserting } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { type Refusal, REFUSAL } from './kinds.ts';
import { REMEMBERED_MS } from './stories.ts';
import { DETAIL_LIMIT } from './trace.ts';

/** Refusals that belong to a sign-in: one process remembers so many in a minute. */
const WITH_SESSION = 60;
/** The same for those that no sign-in is known of. */
const WITHOUT_SESSION = 20;
/** The same for those of one network, of both kinds together. */
const PER_NETWORK = 10;
const WINDOW_MS = 60_000;

/** Refusals as they are remembered, so that the id on a page or a card leads to what happened. */
export interface Refusals {
  /** `network`: whose share it takes; it is not stored. Returns at once, and never throws. */
  note(request_id: string, refusal: Omit<Refusal, 'at'>, network: string): void;
  /** Resolves once what was noted is stored. */
  settled(): Promise<void>;
}

export interface RefusalsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Whether the store has room for what strangers make it keep. */
  readonly hasRoom: () => Promise<boolean>;
}

/** The id of a refusal's row: a keyed hash, so that the store does not tell the ids of requests. */
export function refusalId(request_id: string, { fingerprint }: Pick<Secrets, 'fingerprint'>): string {
  return fingerprint(JSON.stringify(['refusal', request_id]));
}

/**
 * Remembers refusals, after they are answered. A flood fills nothing: what is over a share is not stored, and is
 * found in the log alone.
 */
export function createRefusals({ store, secrets, elapsed, hasRoom }: RefusalsDependencies): Refusals {
  const underWay = new Set<Promise<void>>();
  let window = { until: Number.NEGATIVE_INFINITY, used: [0, 0], networks: new Map<string, number>() };

  const mayBeStored = (hasSession: boolean, network: string): boolean => {
    const now = elapsed();
    if (now >= window.until) window = { until: now + WINDOW_MS, used: [0, 0], networks: new Map() };
    const kind = hasSession ? 0 : 1;
    const used = window.used[kind] ?? 0;
    const ofNetwork = window.networks.get(network) ?? 0;
    if (used >= (hasSession ? WITH_SESSION : WITHOUT_SESSION) || ofNetwork >= PER_NETWORK) return false;
    window.used[kind] = used + 1;
    // No more networks than refusals.
    window.networks.set(network, ofNetwork + 1);
    return true;
  };

  const insert = async (request_id: string, refusal: Omit<Refusal, 'at'>): Promise<void> => {
    if (!(await hasRoom())) return;
    const detail = refusal.detail?.slice(0, DETAIL_LIMIT) ?? null;
    // An id that a caller chose and used before names the first one.
    await store.commit((at) => [
      inserting(REFUSAL, refusalId(request_id, secrets), {
        value: { ...refusal, detail, at },
        expires_at: at + REMEMBERED_MS,
      }),
    ]);
  };

  return {
    note(request_id, refusal, network) {
      if (!mayBeStored(refusal.session_id !== null, network)) return;
      // A store that fails says so where a request needs it.
      const stored = insert(request_id, refusal)
        .catch(() => undefined)
        .finally(() => underWay.delete(stored));
      underWay.add(stored);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
