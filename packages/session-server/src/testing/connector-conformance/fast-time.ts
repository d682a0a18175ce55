import { clearInterval, setInterval } from 'node:timers';
import { vi } from 'vitest';

/** Each `TICK_MS` of real time, this much goes by for a waiting caller, in ms. */
const STEP_MS = 1000;
const TICK_MS = 5;

/**
 * Does `work` while timers run two hundred times faster: a connector's patience is tried in moments.
 * Network and limits of time keep to the real clock.
 */
export async function inFastTime<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const pump = setInterval(() => vi.advanceTimersByTime(STEP_MS), TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(pump);
    vi.useRealTimers();
  }
}
