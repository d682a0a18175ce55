/** A clock that stands still until it is told otherwise. */
export interface FakeClock {
  /** Ms since the epoch. A function of its own: it can be handed over as `now`. */
  readonly now: () => number;
  /** Moves the clock on by whole ms; 0 and more. */
  readonly advance: (ms: number) => void;
}

/** `start` is in ms since the epoch; by default the first moment of 2026, a whole second. */
export function createFakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`a clock does not advance by ${ms} ms`);
      time += ms;
    },
  };
}
