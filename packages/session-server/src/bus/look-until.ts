import type { Timers } from '../jobs/index.ts';
import type { Bus, Change } from './bus.ts';

export interface Looking {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly timers: Pick<Timers, 'sleep'>;
  /** Ms from now on. Then there is one more look, which is the last. Default: until `signal` aborts. */
  readonly for_ms?: number;
  /** A change of another process may wake no waiter here: so it looks this often, in ms. Default: only at the end. */
  readonly every_ms?: number;
  /** Ends the wait at once, with the last look. */
  readonly signal?: AbortSignal;
  /** The caller has just looked, and nothing could come between: the first look is for what comes next. Default false. */
  readonly looked?: boolean;
}

/**
 * Looks now, after every change of the session, and when time is up, until a look finds something.
 * What changes during a look is looked at again.
 * @param look is given the change that it is for, or null where the store is to be asked, as always in the last one; answers null while there is nothing; what it throws ends the wait
 * @returns what was found; null when time is up
 */
export async function lookUntil<T>(
  session_id: string,
  look: (change: Change | null) => Promise<T | null>,
  { bus, timers, for_ms, every_ms, signal, looked = false }: Looking,
): Promise<T | null> {
  let over = signal?.aborted === true;
  let woken = new AbortController();
  let change: Change | null = null;
  const unsubscribe = bus.subscribe(session_id, (told) => {
    change = told;
    woken.abort(WOKEN);
  });
  const end = (): void => {
    over = true;
    woken.abort(WOKEN);
  };
  const done = new AbortController();
  if (for_ms !== undefined && for_ms <= 0) over = true;
  else if (for_ms !== undefined) void timers.sleep(for_ms, done.signal).then(() => done.signal.aborted || end());
  signal?.addEventListener('abort', end, { once: true });
  try {
    for (let first = true; ; first = false) {
      const last = over;
      // Before looking: what changes meanwhile is looked at again.
      woken = new AbortController();
      const seen = change;
      change = null;
      const found = first && looked && !last ? null : await look(last ? null : seen);
      if (found !== null || last) return found;
      // Time ran out during the look.
      if (over) continue;
      await (every_ms === undefined ? aborted(woken.signal) : timers.sleep(every_ms, woken.signal));
    }
  } finally {
    unsubscribe();
    done.abort(WOKEN);
    signal?.removeEventListener('abort', end);
  }
}

/** A reason of our own: without one, an error with its whole stack is made each time. */
const WOKEN = 'woken';

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
