import type { Timers } from './timers-port.ts';

/** The process's own timers. No other file sets any. */
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
