import type { NetworkReason } from './network-reason.ts';

/**
 * A call that got no answer to go on with. `unavailable`: nothing came, too much, or nonsense.
 * `rate_limited`: a 429.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: 'unavailable' | 'rate_limited';
  /** Seconds until the next call may be made; only with `rate_limited`. */
  readonly retry_after_s: number | null;
  /** Why, where it is known. */
  readonly reason: NetworkReason | null;
  /** @param message for the operator's log: our own words, with statuses and names, and nothing that was answered */
  constructor(message: string, retry_after_s: number | null = null, reason: NetworkReason | null = null) {
    super(message);
    this.reason = reason;
    this.code = retry_after_s === null ? 'unavailable' : 'rate_limited';
    this.retry_after_s = retry_after_s;
  }
}
