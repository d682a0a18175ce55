/**
 * A clock that stands still until it is moved. It takes the place of the page's own, so that the parts of the widget that
 * count seconds or swap frames show the same at each look.
 */

/** Ms since the epoch. */
let now = 0;
let last = 0;
const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
/** The page's own, for what must really pass: React renders, answers are read, a test looks. */
export const later: typeof globalThis.setTimeout = globalThis.setTimeout.bind(globalThis);

const setTimer = (run: () => void, ms = 0): number => {
  timers.set((last += 1), { at: now + ms, run });
  return last;
};
const clearTimer = (timer?: unknown): void => void timers.delete(timer as number);

export interface StillClock {
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  /** It is then; what would have been due by then is not run. */
  readonly set: (ms: number) => void;
  /** Lets that time pass, running what falls due, each followed by all that it promised. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Resolves once all that needs no time to pass has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1)
    await new Promise<void>((resolve) => {
      later(resolve, 1);
    });
}

export const clock: StillClock = {
  now: () => now,
  setTimeout: setTimer,
  clearTimeout: clearTimer,
  set(ms) {
    now = ms;
  },
  async pass(ms) {
    const until = now + ms;
    for (;;) {
      const [next] = [...timers].toSorted(([a, x], [b, y]) => x.at - y.at || a - b);
      if (next === undefined || next[1].at > until) break;
      timers.delete(next[0]);
      now = Math.max(now, next[1].at);
      next[1].run();
      await settled();
    }
    now = until;
  },
};

/** The whole page's time and dice from now on. */
export function stopTime(): void {
  performance.now = () => now - performance.timeOrigin;
  Date.now = () => now;
  Math.random = () => 0.5;
  globalThis.setTimeout = setTimer as unknown as typeof globalThis.setTimeout;
  globalThis.clearTimeout = clearTimer;
}

/** What the cell before waits for. */
export function forgetTimers(): void {
  timers.clear();
}
