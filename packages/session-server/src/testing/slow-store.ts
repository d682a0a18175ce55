import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Store } from '../store/store.ts';

/**
 * The same store, but its answers take their time, as over a network: half of `delayMs()` passes
 * before the store sees a call and half before its answer is seen, which is when others get in
 * between. What wins no race here was never atomic.
 *
 * @param delayMs drawn once per call, in ms; by default 0 to 4.
 */
export function slowStore(store: Store, delayMs: () => number = () => Math.random() * 4): Store {
  const slowly = async <T>(call: () => Promise<T>): Promise<T> => {
    const half = delayMs() / 2;
    await pause(half);
    try {
      return await call();
    } finally {
      await pause(half);
    }
  };
  return {
    now: () => slowly(() => store.now()),
    get: (kind, id) => slowly(() => store.get(kind, id)),
    list: (kind, limit, after) => slowly(() => store.list(kind, limit, after)),
    find: (kind, tag, options) => slowly(() => store.find(kind, tag, options)),
    commit: (writes) => slowly(() => store.commit(writes)),
    claimDue: (kind, options) => slowly(() => store.claimDue(kind, options)),
    renewLease: (kind, row, lease_ms) => slowly(() => store.renewLease(kind, row, lease_ms)),
    increment: (hits) => slowly(() => store.increment(hits)),
    reseal: (after, limit) => slowly(() => store.reseal(after, limit)),
    sweep: (limit) => slowly(() => store.sweep(limit)),
    usage: () => slowly(() => store.usage()),
    close: () => store.close(),
  };
}

/** Timers know whole ms only, and make 0 into 1. */
async function pause(ms: number): Promise<void> {
  await (ms < 0.5 ? setImmediate() : setTimeout(Math.round(ms)));
}
