/**
 * Conducts a session: load → transition → compare-and-swap → effects → publish, and the loop over
 * work that is due. Keeps what went wrong, and finds it again for the operator. Depends on the pure
 * session, the store's and the connectors' contracts; hands a provider's tokens to `upstream-tokens`. Knows nothing of
 * HTTP, sockets or tokens' formats.
 */
import type { Worker } from '../jobs/index.ts';
import type { BrowserPort } from './browser-port.ts';
import type { RedemptionPort } from './redemption-port.ts';
import type { RedirectPort } from './redirect-port.ts';
import type { WalletPort } from './wallet-port.ts';

/** One flow, by who asks: each caller is given the port that it uses. */
export interface Flow {
  readonly browser: BrowserPort;
  readonly wallet: WalletPort;
  readonly redirect: RedirectPort;
  readonly redemption: RedemptionPort;
  /** What it does later: sessions whose time is over end, and providers hear and are heard of. */
  readonly workers: readonly Worker[];
}
