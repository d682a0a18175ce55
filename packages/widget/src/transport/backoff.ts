const FIRST_MS = 500;
const LAST_MS = 15_000;

/**
 * How long to wait after the `failures`-th failure in a row (from 1), in ms: exponential with full
 * jitter, so that watchers that lost their server together do not come back together.
 */
export function backoffMs(failures: number, random: () => number): number {
  return Math.round(random() * Math.min(LAST_MS, FIRST_MS * 2 ** (failures - 1)));
}

/** What `Retry-After` asks for, in ms from `now`: seconds or a date (RFC 9110 §10.2.3). 0 when it asks for nothing, a day at most. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  // A date has letters in it; what has none and is no whole number would still parse as some date.
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : /[a-z]/i.test(header) ? Date.parse(header) - now : 0;
  return ms > 0 ? Math.min(ms, 86_400_000) : 0;
}
