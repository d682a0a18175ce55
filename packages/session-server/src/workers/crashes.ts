/** A worker that served for this long is replaced at once, in ms: it did not die of how it starts. */
const LONG_ENOUGH_MS = 10_000;
/** After the first quick end: the pause before the next start; then twice as long each time, ms. */
const PAUSE_MS = 250;
const PAUSE_MAX_MS = 30_000;
/** So often in a row a worker may end soon after its start before it is one that cannot be kept up. */
const QUICK_ENDS = 5;

/** How often in a row a worker ended soon after its start. */
export type QuickEnds = number;

/** @param served_ms how long it served; null when it never did */
export function quickEnds(before: QuickEnds, served_ms: number | null): QuickEnds {
  return served_ms !== null && served_ms >= LONG_ENOUGH_MS ? 0 : before + 1;
}

/** The pause before a worker that ended is replaced, in ms. */
export function pauseAfter(ends: QuickEnds): number {
  return ends === 0 ? 0 : Math.min(PAUSE_MS * 2 ** (ends - 1), PAUSE_MAX_MS);
}

/** Whether the server is to end: no worker serves, and none can be kept up. While one serves, the others are tried again and again. */
export function isHopeless(workers: readonly { readonly serves: boolean; readonly ends: QuickEnds }[]): boolean {
  return workers.every(({ serves, ends }) => !serves && ends >= QUICK_ENDS);
}
