import type { DerivedTokens } from '../secrets/index.ts';
import type { AuthorizationRequest, ConfirmedSession } from '../session/index.ts';
import type { Redemption, RedemptionPort } from './redemption-port.ts';
import type { SessionRows } from './session-rows.ts';

/** Redeeming a code: one winner by compare-and-swap, everybody after it is a replay. */
export function createRedemption({
  rows,
  tokens,
}: {
  readonly rows: SessionRows;
  readonly tokens: DerivedTokens;
}): RedemptionPort['redeem'] {
  return async (code, check, writes): Promise<Redemption> => {
    const token = tokens.read('ac', code);
    if (token === null) return { outcome: 'invalid' };
    let checked: AuthorizationRequest | null = null;
    /** Once for each request that the session has: a reload gives it another one. */
    const checkOnce = (request: AuthorizationRequest): void => {
      if (request !== checked) check(request);
      checked = request;
    };
    // What is refused is refused by the store's word.
    const found = await rows.find(token.id, ({ session }) => passes(() => checkOnce(session.request)));
    if (found === null) return { outcome: 'invalid' };
    checkOnce(found.session.request);
    const result = await rows.apply(found.session, { type: 'redeem', n: token.n }, (before, now) => {
      checkOnce(before.request);
      // `redeem` is only ever allowed from `confirmed`.
      return writes(before as ConfirmedSession, now);
    });
    const { session, now } = result;
    if (session.status !== 'completed') return { outcome: 'invalid' };
    if (result.ok) return { outcome: 'redeemed', session, now };
    checkOnce(session.request);
    // A code that was replaced before it was redeemed is just as dead, and says the same of its bearer.
    return { outcome: session.redeemed >= token.n ? 'replayed' : 'invalid', session, now };
  };
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
