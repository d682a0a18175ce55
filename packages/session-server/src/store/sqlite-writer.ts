import { guard, isBusy } from './sqlite-file.ts';
import { StoreError } from './store-error.ts';

/** A write that meets another process's lock is tried again after these pauses, in ms; then after the last of them, again and again. */
const PAUSES_MS = [1, 2, 5, 10, 20] as const;
/** A write gives up after this long, in ms: the process that holds the lock is stuck. */
const GIVE_UP_MS = 5_000;

/** Runs `work`, which throws `SQLITE_BUSY` while another process holds the write lock. @throws StoreError */
export type Writer = <T>(work: () => T) => Promise<T>;

/**
 * Writes in the order in which they were asked for: each waits its turn, and none starves. Without
 * another process nothing is waited for. Between two tries the event loop goes on.
 */
export function createWriter(path: string, wait: (ms: number) => Promise<void>): Writer {
  /** Resolves once the last write that had to wait is through; null while none waits. */
  let queue: Promise<void> | null = null;

  /** `BUSY` where another process holds the lock. */
  const attempt = <T>(work: () => T): T | typeof BUSY =>
    guard(path, () => {
      try {
        return work();
      } catch (error) {
        if (isBusy(error)) return BUSY;
        throw error;
      }
    });

  const insist = async <T>(work: () => T): Promise<T> => {
    for (let waited = 0, tries = 0; waited < GIVE_UP_MS; tries += 1) {
      const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? GIVE_UP_MS;
      await wait(pause);
      waited += pause;
      const result = attempt(work);
      if (result !== BUSY) return result;
    }
    throw new StoreError(
      'unavailable',
      `Another process has locked the store ${path} for more than ${GIVE_UP_MS / 1000} s. Find that process (a backup, an open SQLite shell) and end it.`,
      undefined,
      'locked',
    );
  };

  return async <T>(work: () => T): Promise<T> => {
    if (queue === null) {
      const result = attempt(work);
      if (result !== BUSY) return result;
    }
    const turn = (queue ?? Promise.resolve()).then(() => {
      const result = attempt(work);
      return result === BUSY ? insist(work) : result;
    });
    const through = turn.then(forget, forget).finally(() => {
      if (queue === through) queue = null;
    });
    queue = through;
    return turn;
  };
}

const BUSY = Symbol('SQLITE_BUSY');
const forget = (): void => undefined;
