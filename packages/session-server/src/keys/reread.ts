import type { Row } from '../store/store.ts';
import { isWrongSecret } from '../store/store-error.ts';

/** The keys of one kind, as they were read, and the time by the store's clock. */
export interface Reading<T> {
  readonly keys: readonly Row<T>[];
  readonly now: number;
}

export interface Reread<T> {
  /**
   * What was read last, or anew when that is too old. `now` has gone on since then. Where rows lie under a secret that
   * this process does not have, because others were restarted with a new one, it is what was read before that.
   */
  current(): Promise<Reading<T>>;
  /** The same, and nothing of before. @throws StoreError */
  fresh(): Promise<Reading<T>>;
  renew(): Promise<Reading<T>>;
}

export function createReread<T>(elapsed: () => number, after_ms: number, look: () => Promise<Reading<T>>): Reread<T> {
  let known: { readonly reading: Promise<Reading<T>>; readonly at: number } | null = null;
  let last: { readonly reading: Reading<T>; readonly at: number } | null = null;
  /** Why nothing newer than `last` can be read; null where it can. */
  let locked: { readonly cause: unknown; readonly at: number } | null = null;

  const renew = async (): Promise<Reading<T>> => {
    const entry = { reading: look(), at: elapsed() };
    known = entry;
    try {
      const reading = await entry.reading;
      last = { reading, at: entry.at };
      locked = null;
      return reading;
    } catch (cause) {
      // A failure is not remembered.
      if (known === entry) known = null;
      throw cause;
    }
  };
  const isLate = (at: number): boolean => elapsed() - at >= after_ms;
  const fresh = async (): Promise<Reading<T>> => {
    if (known === null || isLate(known.at)) return renew();
    const { at } = known;
    const { keys, now } = await known.reading;
    return { keys, now: now + elapsed() - at };
  };
  return {
    async current() {
      if (locked === null || isLate(locked.at)) {
        try {
          return await fresh();
        } catch (cause) {
          if (last === null || !isWrongSecret(cause)) throw cause;
          locked = { cause, at: elapsed() };
        }
      }
      if (last === null) throw locked.cause;
      const { reading, at } = last;
      return { keys: reading.keys, now: reading.now + elapsed() - at };
    },
    fresh,
    renew,
  };
}
