import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { callJson } from './call-json.ts';
import { OutboundError } from './outbound-error.ts';
import { createRemembered } from './remembered.ts';
import type { OutboundContext } from './retry.ts';

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
 * Keys that others publish (RFC 7517), fetched when first needed and again when a token names a key that
 * is not among them: keys rotate. jose's own remote set keeps time by the system's clock and
 * answers failures that cannot be told apart from forgeries; the choice of the key is jose's here too.
 * @param owner whose they are, for the operator's log
 * @param uri where the set is; it may move
 * @throws OutboundError; jose's `JWKSNoMatchingKey` and the like
 */
export function createKeySet(context: OutboundContext, owner: string, uri: () => Promise<string>): JWTVerifyGetKey {
  const what = `${owner}: keys`;
  const sets = createRemembered(context.now, {
    fresh_ms: FRESH_MS,
    async fetch() {
      const { status, body } = await callJson(context, what, await uri(), { repeat: 'reads' });
      if (status !== 200) throw new OutboundError(`${what} answered ${status}`, null, 'http_status');
      try {
        // It throws for anything that is no set of keys.
        return createLocalJWKSet(body as unknown as JSONWebKeySet);
      } catch {
        throw new OutboundError(`${what} answered no key set`);
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
