import { explained, guard, isBusy } from './sqlite-file.ts';
import { persist, standStill } from './stand-still.ts';
import { StoreError } from './store-error.ts';
import type { WriteTurns } from './write-turns.ts';

/** How long the process stands still for another one's commit, in ms. Commits take a tenth of it; what takes longer is waited for elsewhere. */
const STILL_MS = 1;
/** A write that met a lock for longer is tried again after a pause, in ms: so many times each, and then after the last, again and again. */
const PAUSES = [
  { ms: 1, times: 20 },
  { ms: 2, times: 20 },
  { ms: 5, times: 20 },
  { ms: 20, times: Number.POSITIVE_INFINITY },
] as const;
/** A write gives up after this long, in ms: the process that holds the lock is stuck. */
const GIVE_UP_MS = 5_000;
/** A file that has been locked for so long, in ms, is told of: the process that holds it may stand still. */
const LOCKED_MS = 1_000;
/** Before each write the file is left free for so long, in ms, while it is another process's turn. That one tries twice in this time. */
const LEFT_FREE_MS = 0.2;
/** Writes in one transaction at most: then other processes can write, and the event loop goes on. */
const BATCH = 40;

export interface Writer {
  /** Runs `work`, which throws `SQLITE_BUSY` while another process holds the write lock. @throws StoreError */
  readonly write: <T>(work: () => T) => Promise<T>;
  /** Writes at once what the end of the turn would; nothing of it where another process holds the lock. */
  readonly flush: () => void;
}

export interface WriterOptions {
  readonly path: string;
  readonly wait: (ms: number) => Promise<void>;
  /** As in `StoreContext`. */
  readonly endOfTurn?: (() => Promise<void>) | undefined;
  /** Runs all in one transaction; what one of them throws undoes that one alone. */
  readonly together: (works: readonly (() => void)[]) => void;
  /** The server's other processes. Missing: this process is alone. */
  readonly turns?: WriteTurns | undefined;
}

/** A write that waits. */
interface Waiting {
  /** Runs the work, and keeps what it answered or threw. */
  readonly run: () => void;
  /** Its transaction is committed. */
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Writes in the order in which they were asked for: each waits its turn, and none starves. What is asked for in one turn
 * of the event loop is written in one transaction, because its end costs more than a write. Where no other process
 * writes, nothing else is waited for. Where one does, its commit is soon over, and this process stands still for it. If
 * it is not, the writes join a queue, and the event loop goes on. What waits is then written in one transaction too, and
 * the server's other processes leave the file free for it.
 */
export function createWriter({ path, wait, endOfTurn, together, turns }: WriterOptions): Writer {
  const queue: Waiting[] = [];
  let isWorking = false;
  /** The end of this turn writes what is in the queue. */
  let isMeeting = false;

  /** `BUSY` where another process holds the lock. */
  const attempt = <T>(work: () => T): T | typeof BUSY => {
    if (turns?.othersTurn === true) standStill(LEFT_FREE_MS);
    return persist(
      () =>
        guard(path, () => {
          try {
            return work();
          } catch (error) {
            if (isBusy(error)) return BUSY;
            throw error;
          }
        }),
      BUSY,
      STILL_MS,
    );
  };

  const insist = async (work: () => void): Promise<void> => {
    let isTold = false;
    for (let waited = 0, tries = 0; ; tries += 1) {
      if (attempt(work) !== BUSY) return;
      if (waited >= GIVE_UP_MS) break;
      const pause = pauseBefore(tries);
      await wait(pause);
      waited += pause;
      if (waited < LOCKED_MS || isTold) continue;
      turns?.locked();
      isTold = true;
    }
    throw new StoreError(
      'unavailable',
      `Another process has locked the store ${path} for more than ${GIVE_UP_MS / 1000} s. Find that process (a backup, an open SQLite shell) and end it.`,
      undefined,
      'locked',
    );
  };

  const workOff = async (): Promise<void> => {
    isWorking = true;
    const over = turns?.ask();
    // It was tried just now; what comes meanwhile is written with it.
    await wait(PAUSES[0].ms);
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      try {
        await insist(() => together(batch.map(({ run }) => run)));
        for (const { settle } of batch) settle();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    over?.();
    isWorking = false;
  };

  const flush = (): void => {
    // Another process holds the lock: the queue is worked off already.
    if (isWorking) return;
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH);
      try {
        const result = attempt(() => together(batch.map(({ run }) => run)));
        if (result === BUSY) return;
        for (const { settle } of batch) settle();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
      queue.splice(0, batch.length);
    }
  };

  const meet = async (end: () => Promise<void>): Promise<void> => {
    isMeeting = true;
    await end();
    isMeeting = false;
    flush();
    if (!isWorking && queue.length > 0) await workOff();
  };

  const write = async <T>(work: () => T): Promise<T> => {
    if (!isWorking && endOfTurn === undefined) {
      const result = attempt(work);
      if (result !== BUSY) return result;
    }
    return new Promise<T>((resolve, reject) => {
      let outcome: (() => void) | null = null;
      const run = (): void => {
        try {
          const result = work();
          outcome = () => resolve(result);
        } catch (error) {
          outcome = () => reject(explained(path, error));
          throw error;
        }
      };
      queue.push({ run, settle: () => outcome?.(), fail: reject });
      if (isWorking || isMeeting) return;
      if (endOfTurn === undefined) void workOff();
      else void meet(endOfTurn);
    });
  };
  return { write, flush };
}

function pauseBefore(tries: number): number {
  let before = 0;
  for (const { ms, times } of PAUSES) {
    before += times;
    if (tries < before) return ms;
  }
  return GIVE_UP_MS;
}

const BUSY = Symbol('SQLITE_BUSY');
