/** What was fetched, and when (ms since the epoch). */
export interface Fetched<T> {
  readonly value: T;
  readonly at: number;
}

export interface Remembered<T> {
  /** Fetches it when it is first needed, or old. */
  current(): Promise<Fetched<T>>;
  /** Fetches it now, or within a second of a failure fails as that did. However many ask at once, it is fetched once. */
  renew(): Promise<Fetched<T>>;
}

/** When it cannot be renewed, the last one is still good for this long, in ms, … */
const STALE_MS = 86_400_000;
/** … and this long goes by before the next try, in ms. */
const RETRY_MS = 60_000;
/**
 * After a failure the next fetch waits this long, in ms, also where there is nothing to go on with:
 * made-up tokens make us look for keys, and must not send one call after another to a provider that
 * is down.
 */
const PAUSE_MS = 1_000;

/**
 * Remembers what a provider publishes (its discovery document, its keys). A failure is passed on
 * and remembered for a second, unless there is an earlier answer to go on with.
 */
export function createRemembered<T>(
  now: () => number,
  options: { readonly fresh_ms: number; readonly fetch: () => Promise<T> },
): Remembered<T> {
  let known: Fetched<T> | null = null;
  let fetching: Promise<Fetched<T>> | null = null;
  let retryAt = 0;
  let failed: { readonly cause: unknown; readonly at: number } | null = null;

  const fetchIt = async (): Promise<Fetched<T>> => {
    try {
      known = { value: await options.fetch(), at: now() };
      failed = null;
      return known;
    } catch (cause) {
      failed = { cause, at: now() };
      throw cause;
    }
  };
  const renew = (): Promise<Fetched<T>> => {
    if (failed !== null && now() - failed.at < PAUSE_MS) return Promise.reject(failed.cause);
    fetching ??= fetchIt().finally(() => {
      fetching = null;
    });
    return fetching;
  };
  return {
    renew,
    async current() {
      const last = known;
      if (last === null) return renew();
      if (now() - last.at < options.fresh_ms || now() < retryAt) return last;
      return renew().catch((cause: unknown) => {
        if (now() - last.at >= STALE_MS) throw cause;
        retryAt = now() + RETRY_MS;
        return last;
      });
    },
  };
}
