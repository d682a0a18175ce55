/** Of this process alone, and never written: a wait on it ends by time. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));
/** Between two tries, in ms. The kernel adds about as much. */
const STEP_MS = 0.05;

/** The process does nothing for so long, in ms and parts of them: less than a timer can wait. */
export function standStill(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms);
}

/**
 * Tries again and again, while the process does nothing else: another process's commit takes a tenth of a ms. A timer would
 * wait ten times as long, and SQLite's own waits begin at 1 ms.
 * @returns what the first try answers that is not `again`; `again` after about `ms`
 */
export function persist<T, Again>(attempt: () => T | Again, again: Again, ms: number): T | Again {
  let result = attempt();
  for (let left = ms / (2 * STEP_MS); result === again && left > 0; left -= 1) {
    standStill(STEP_MS);
    result = attempt();
  }
  return result;
}
