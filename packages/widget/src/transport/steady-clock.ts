/**
 * Ms since the epoch by a clock that does not jump: what `Date.now()` was when the page was opened, and
 * the time since. A device's clock may be set at any moment, and a countdown must not follow it. In
 * sleep this clock may stand still; the next snapshot's `server_time_ms` sets that right.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
