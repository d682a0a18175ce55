/** The header that carries it, both ways. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/**
 * The id of a request: the caller's own where it sent one that is safe to repeat in logs and
 * answers, else a new one. `newId` makes at least 64 random bits in `A-Za-z0-9._-`.
 */
export function requestId(header: string | readonly string[] | undefined, newId: () => string): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : newId();
}
