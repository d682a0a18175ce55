import { type ConnectorContext, ConnectorError, isConnectorError } from '../connector.ts';

/** A provider that says nothing, or nonsense, gets this long, in s. */
const DEFAULT_S = 30;
/** Nobody is kept away for longer than this, in s, whatever a provider says. */
const MOST_S = 3600;

/** `Retry-After` (RFC 9110 §10.2.3: seconds or a date) in whole seconds, 1 to 3600; 30 where it says nothing usable. */
export function retryAfterSeconds(header: string | null, now: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? DEFAULT_S : Math.min(Math.max(seconds, 1), MOST_S);
}

/** @param what for the operator's log: provider and endpoint, for example `Paswad: token` */
export function rateLimited(what: string, retry_after_s: number): ConnectorError {
  return new ConnectorError(
    'rate_limited',
    'the identity provider is asked too often right now',
    `${what} is rate-limited`,
    retry_after_s,
  );
}

/** Keeps away from a provider for as long as it asked us to. */
export interface RestPeriod {
  /**
   * Does `work`; when it ends in `rate_limited`, nothing more is done until the time that it names is over.
   * @param patience_ms how long it may wait for that time; default: not at all
   * @throws ConnectorError `rate_limited` while the provider wants to be left alone for longer
   */
  readonly observe: <T>(work: () => Promise<T>, patience_ms?: number) => Promise<T>;
}

/** A tenth more than the provider asked for at most, drawn by chance, so that not all nodes come back at once. */
export function createRestPeriod(
  context: Pick<ConnectorContext, 'now' | 'randomBytes' | 'sleep'>,
  what: string,
): RestPeriod {
  let until = 0;
  return {
    async observe(work, patience_ms = 0) {
      const left = until - context.now();
      if (left > 0 && left <= patience_ms) await context.sleep(left);
      else if (left > 0) throw rateLimited(what, Math.ceil(left / 1000));
      try {
        return await work();
      } catch (cause) {
        if (isConnectorError(cause) && cause.retry_after_s !== null) {
          const jitter = 1 + (context.randomBytes(1)[0] ?? 0) / 2550;
          until = Math.max(until, context.now() + cause.retry_after_s * 1000 * jitter);
        }
        throw cause;
      }
    },
  };
}
