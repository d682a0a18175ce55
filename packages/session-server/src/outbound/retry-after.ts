/** A provider that says nothing, or nonsense, gets this long, in s. */
const DEFAULT_S = 30;
/** A caller is kept away for this long at most, in s, whatever a provider says. */
const MOST_S = 3600;

/** `Retry-After` (RFC 9110 §10.2.3: seconds or a date) in whole seconds, 1 to 3600; 30 where it says nothing usable. */
export function retryAfterSeconds(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? DEFAULT_S : Math.min(Math.max(seconds, 1), MOST_S);
}
