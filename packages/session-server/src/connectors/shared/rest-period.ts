import { type ConnectorContext, ConnectorError, isConnectorError } from '../connector.ts';

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
