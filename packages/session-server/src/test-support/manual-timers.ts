import type { Timers } from '../jobs/index.ts';

/** Time that a test cranks by hand. */
export interface ManualTimers extends Pick<Timers, 'elapsed' | 'after'> {
  /** Moves time on, running what falls due in its order, each at its own time. */
  advance(ms: number): void;
  /** Timers that are set. */
  readonly pending: number;
}

export function createManualTimers(): ManualTimers {
  let time = 0;
  const set = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    elapsed: () => time,
    after(delay_ms, run) {
      const timer = { at: time + delay_ms, run };
      set.add(timer);
      return () => set.delete(timer);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...set].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        set.delete(next);
        time = next.at;
        next.run();
      }
      time = end;
    },
    get pending() {
      return set.size;
    },
  };
}
