import type { Store } from '../store/store.ts';
import { type StoreError, isStoreFailure, reasonOf } from '../store/store-error.ts';

/** While a store fails, the log says so once, and again after this long, in ms. */
const SAID_EVERY_MS = 60_000;
/** A store works again when nothing failed for this long, in ms: on a full disk some writes still go through. */
const QUIET_MS = 10_000;

export interface StoreFailuresOptions {
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** `count`: calls that failed since this was said last, this one included. */
  readonly onFailure: (error: StoreError, count: number) => void;
  readonly onRecovered: () => void;
}

/** The same store. What it cannot do is told once for a burst, however many calls fail, and so is that it works again. */
export function tellingFailures(store: Store, { elapsed, onFailure, onRecovered }: StoreFailuresOptions): Store {
  let burst: { said_at: number; failed_at: number; count: number; reason: string | null } | null = null;

  const failed = (error: StoreError): void => {
    const now = elapsed();
    const reason = reasonOf(error);
    const due = burst === null || burst.reason !== reason || now - burst.said_at >= SAID_EVERY_MS;
    const count = (burst?.count ?? 0) + 1;
    if (due) onFailure(error, count);
    burst = { said_at: due ? now : (burst?.said_at ?? now), failed_at: now, count: due ? 0 : count, reason };
  };
  const went = (): void => {
    if (burst === null || elapsed() - burst.failed_at < QUIET_MS) return;
    burst = null;
    onRecovered();
  };
  const told = async <T>(call: () => Promise<T>, isWrite: boolean): Promise<T> => {
    try {
      const result = await call();
      if (isWrite) went();
      return result;
    } catch (error) {
      if (isStoreFailure(error)) failed(error);
      throw error;
    }
  };
  return {
    now: () => store.now(),
    get: (kind, id) => told(() => store.get(kind, id), false),
    list: (kind, limit, after) => told(() => store.list(kind, limit, after), false),
    find: (kind, tag, options) => told(() => store.find(kind, tag, options), false),
    commit: (writes) => told(() => store.commit(writes), true),
    claimDue: (kind, options) => told(() => store.claimDue(kind, options), false),
    renewLease: (kind, row, lease_ms) => told(() => store.renewLease(kind, row, lease_ms), true),
    increment: (hits) => told(() => store.increment(hits), true),
    reseal: (after, limit) => told(() => store.reseal(after, limit), false),
    sweep: (limit) => told(() => store.sweep(limit), false),
    usage: () => told(() => store.usage(), false),
    close: () => store.close(),
  };
}
