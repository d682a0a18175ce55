/** How code waits inside one call. Always an argument, so that a test decides how time passes: `timers.ts` has the process's own. */
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
