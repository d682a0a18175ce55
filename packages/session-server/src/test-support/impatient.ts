export type After = (delay_ms: number, run: () => void) => () => void;

/** Timers for which all time is up at once: what waits for somebody else is not worth a test's time. Not published. */
export const impatient: After = (_delay_ms, run) => {
  const soon = setImmediate(run);
  return () => clearImmediate(soon);
};
