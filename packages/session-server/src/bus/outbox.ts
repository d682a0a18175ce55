import { oneAtATime } from './one-at-a-time.ts';

/** What one process tells others of: sessions that there is something to look at, or that it may be any. */
export type Told = readonly string[] | 'all';

export interface Outbox {
  add(told: Told): void;
}

/** Ids that wait at a time; past that the listener is told to look at everything it watches. */
const MOST = 5_000;

/**
 * What is told to one listener, in batches: one is under way at a time, and what comes meanwhile waits for the next. A
 * listener that takes nothing costs a bounded amount of memory, and nothing that it should look at is lost.
 * @param send resolves once the listener's process was handed the batch; it never rejects
 */
export function createOutbox(send: (told: Told) => Promise<void>, most: number = MOST): Outbox {
  let waiting: Set<string> | 'all' = new Set();
  const flush = oneAtATime<Told>(() => {
    if (waiting !== 'all' && waiting.size === 0) return null;
    const told = waiting === 'all' ? waiting : [...waiting];
    waiting = new Set();
    return told;
  }, send);
  return {
    add(told) {
      if (told === 'all') waiting = 'all';
      if (waiting !== 'all') for (const id of told) waiting.add(id);
      if (waiting !== 'all' && waiting.size > most) waiting = 'all';
      flush();
    },
  };
}
