/** How many requests there were on a key in its window, and when that ends, in ms since the epoch. */
export interface Counted {
  readonly count: number;
  readonly resets_at: number;
}

/** So many more requests on a key, in a window of `window_ms` that begins with the first. */
export interface Hits {
  readonly key: string;
  readonly window_ms: number;
  readonly by: number;
}

/** The store's `increment`: in the order of what it was given. */
export type Increment = (hits: readonly Hits[]) => Promise<readonly Counted[]>;

export interface SharedCounts {
  /**
   * Counts one request.
   * @param limit how many are allowed in a window: the nearer a process may come to it alone, the more pass
   * @throws what the store throws, where this request is one that it is told of at once
   */
  take(key: string, window_ms: number, limit: number): Promise<Counted>;
  /** Tells the store what it has not heard, and resolves once it has. */
  close(): Promise<void>;
}

export interface SharedCountsOptions {
  readonly increment: Increment;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Calls `run` after `ms`, unless the returned function is called first. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** The store could not be told. It is tried again. */
  readonly failed: (error: unknown) => void;
}

/** How often a process shares what it counted, in ms. */
const SHARED_EVERY_MS = 1_000;
/**
 * A process shares what it counted sooner where it comes to this part of the limit: so four processes let at most 1.2
 * times the limit pass.
 */
const UNSHARED_PART = 0.05;
/** Keys at a time; past that the oldest leaves as a new one comes, and the store hears of both. */
const KEYS = 20_000;
/** Keys that the store is told of in one write. */
const BATCH = 500;

interface Window {
  readonly key: string;
  readonly window_ms: number;
  resets_at: number;
  /** Whether the store said so; before it does, the end is a guess. */
  agreed: boolean;
  /** As the store last said, with what it is being told now. */
  stored: number;
  /** What it is being told now. */
  telling: number;
  /** Of this process, since. */
  unshared: number;
  /** What the store will be told next, once it has answered; null where that need not be soon. */
  next: Promise<Batch> | null;
  /** Resolves once the store has answered to what `next` told before; it never rejects. */
  answered: Promise<unknown>;
}

/** What the store answered for a key that it was told of together with others. */
interface Batch {
  readonly by: number;
  readonly counted: Counted;
}

/**
 * Counts in this process, and shares the counts with all others through the store: most requests cost no write. Counts
 * are near, not exact, so they are for volume; what limits guesses asks the store each time.
 */
export function createSharedCounts({ increment, now, after, failed }: SharedCountsOptions): SharedCounts {
  /** By key, in the order in which they were first counted. */
  const windows = new Map<string, Window>();
  let cancel: (() => void) | null = null;

  /** Answers the windows' counts, in their order. */
  const share = async (told: readonly Window[]): Promise<readonly Counted[]> => {
    const hits = told.map(({ key, window_ms, unshared }) => ({ key, window_ms, by: unshared }));
    // Counted at once, so that none is told twice.
    told.forEach((window, i) => {
      countAsStored(window, hits[i]!.by);
      window.telling += hits[i]!.by;
    });
    try {
      const answers = await increment(hits);
      told.forEach((window, i) => learn(window, answers[i]!));
      return answers;
    } catch (error) {
      told.forEach((window, i) => countAsStored(window, -hits[i]!.by));
      throw error;
    } finally {
      told.forEach((window, i) => (window.telling -= hits[i]!.by));
    }
  };

  /** All that come while the store answers are told together. */
  const shareNext = (window: Window): Promise<Batch> => {
    if (window.next !== null) return window.next;
    const next = window.answered.then(async () => {
      window.next = null;
      const by = window.unshared;
      const [counted] = await share([window]);
      return { by, counted: counted! };
    });
    window.next = next;
    window.answered = next.catch(() => {});
    return next;
  };

  const shareAll = async (): Promise<void> => {
    for (const [key, { resets_at }] of windows) if (resets_at <= now()) windows.delete(key);
    const owed = [...windows.values()].filter(({ unshared, next }) => unshared > 0 && next === null);
    for (let at = 0; at < owed.length; at += BATCH) await share(owed.slice(at, at + BATCH));
  };
  const shareSoon = (): void => {
    cancel ??= after(SHARED_EVERY_MS, () => {
      cancel = null;
      shareAll().catch((error: unknown) => {
        failed(error);
        shareSoon();
      });
    });
  };

  /** Begins a window; the oldest leaves where there are too many. */
  const open = async (key: string, window_ms: number): Promise<Window> => {
    windows.delete(key);
    const [oldest] = windows.values();
    const begun: Window = {
      key,
      window_ms,
      resets_at: now() + window_ms,
      agreed: false,
      stored: 0,
      telling: 0,
      unshared: 0,
      next: null,
      answered: Promise.resolve(),
    };
    windows.set(key, begun);
    if (windows.size > KEYS && oldest !== undefined) {
      windows.delete(oldest.key);
      if (oldest.unshared > 0) await share([oldest]);
    }
    return begun;
  };

  return {
    async take(key, window_ms, limit) {
      const known = windows.get(key);
      const window = known === undefined || known.resets_at <= now() ? await open(key, window_ms) : known;
      window.unshared += 1;
      const place = window.unshared;
      if (window.telling + window.unshared < limit * UNSHARED_PART) {
        shareSoon();
        return { count: window.stored + window.unshared, resets_at: window.resets_at };
      }
      const { by, counted } = await shareNext(window);
      return { ...counted, count: counted.count - by + place };
    },
    async close() {
      cancel?.();
      await shareAll();
    },
  };
}

/** A negative `by` takes back what the store was not told. */
function countAsStored(window: Window, by: number): void {
  window.stored += by;
  window.unshared -= by;
}

/** Answers may come in another order than they were asked for: the higher is the later. */
function learn(window: Window, { count, resets_at }: Counted): void {
  if (window.agreed && resets_at < window.resets_at) return;
  // It ended while the store was told, which began another one: that has nothing of what was counted before.
  const isAnother = window.agreed && resets_at > window.resets_at;
  window.stored = isAnother ? count : Math.max(window.stored, count);
  window.resets_at = resets_at;
  window.agreed = true;
}
