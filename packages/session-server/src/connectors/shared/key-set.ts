import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { type CallContext, callJson, unavailable } from './call-json.ts';
import { createRemembered } from './remembered.ts';

/** Keys are believed for this long, in ms. */
const FRESH_MS = 600_000;
/**
 * A key that is not in the set makes us look again at once, however young the set is. Anybody can make up
 * names of keys: so once in this many ms, …
 */
const LOOK_AGAIN_MS = 5_000;
/** … and this many times in a row after a while with none. */
const LOOKS_IN_A_ROW = 3;

/**
 * A provider's keys (RFC 7517), fetched when first needed and again when a token names a key that
 * is not among them: providers rotate. jose's own remote set keeps time by the system's clock and
 * answers failures that cannot be told apart from forgeries; the choice of the key is jose's here too.
 * @param uri where the set is; it may move
 * @throws ConnectorError `connector_unavailable`, `rate_limited`; jose's `JWKSNoMatchingKey` and the like
 */
export function createKeySet(context: CallContext, provider: string, uri: () => Promise<string>): JWTVerifyGetKey {
  const what = `${provider}: keys`;
  const sets = createRemembered(context.now, {
    fresh_ms: FRESH_MS,
    async fetch() {
      const { status, body } = await callJson(context, what, await uri(), { repeat: 'reads' });
      if (status !== 200) throw unavailable(`${what} answered ${status}`);
      try {
        // It throws for anything that is no set of keys.
        return createLocalJWKSet(body as unknown as JSONWebKeySet);
      } catch {
        throw unavailable(`${what} answered no key set`);
      }
    },
  });
  /** When the looks so far would have been due, had they been evenly spread, in ms since the epoch. */
  let paidUntil = 0;
  const mayLookAgain = (): boolean => {
    const now = context.now();
    const start = Math.max(now, paidUntil);
    if (start - now > (LOOKS_IN_A_ROW - 1) * LOOK_AGAIN_MS) return false;
    paidUntil = start + LOOK_AGAIN_MS;
    return true;
  };
  return async (header, jws) => {
    const set = await sets.current();
    try {
      return await set.value(header, jws);
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey) || !mayLookAgain()) throw cause;
      return (await sets.renew()).value(header, jws);
    }
  };
}
