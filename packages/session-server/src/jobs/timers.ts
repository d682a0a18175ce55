/** How code waits inside one call. An argument, so that a test decides how time passes. */
export interface Timers {
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls `run` after `ms`, unless the returned function is called first. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** A signal that aborts after `ms` with a `TimeoutError`: the limit of one call. It keeps no process up. */
  readonly limit: (ms: number) => AbortSignal;
  /** Lets everything else that waits for the process have a turn. */
  readonly yieldTurn: () => Promise<void>;
  /** Ms of a clock that never goes back; for durations. */
  readonly elapsed: () => number;
}

/** The process's own timers. */
export const systemTimers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  limit: (ms) => AbortSignal.timeout(ms),
  yieldTurn: () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    }),
  elapsed: () => performance.now(),
};
