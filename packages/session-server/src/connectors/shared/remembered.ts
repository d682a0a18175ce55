/** What was fetched, and when (ms since the epoch). */
export interface Fetched<T> {
  readonly value: T;
  readonly at: number;
}

export interface Remembered<T> {
  /** Fetches it when it is first needed, or old. */
  current(): Promise<Fetched<T>>;
  /** Fetches it now. However many ask at once, it is fetched once. */
  renew(): Promise<Fetched<T>>;
}

/** When it cannot be renewed, the last one is still good for this long, in ms, … */
const STALE_MS = 86_400_000;
/** … and this long goes by before the next try, in ms. */
const RETRY_MS = 60_000;

/**
 * Remembers what a provider publishes (its discovery document, its keys). A failure is passed on
 * and not remembered, unless there is an earlier answer to go on with.
 */
export function createRemembered<T>(
  now: () => number,
  options: { readonly fresh_ms: number; readonly fetch: () => Promise<T> },
): Remembered<T> {
  let known: Fetched<T> | null = null;
  let fetching: Promise<Fetched<T>> | null = null;
  let retryAt = 0;

  const fetchIt = async (): Promise<Fetched<T>> => {
    known = { value: await options.fetch(), at: now() };
    return known;
  };
  const renew = (): Promise<Fetched<T>> => {
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
