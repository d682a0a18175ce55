import type { BrowserPort, Flow, RedemptionPort, RedirectPort, WalletPort } from '../flow/index.ts';

/** All ports in one, for tests that play the browser, the phone and the website at once. */
export type WholeFlow = BrowserPort & WalletPort & RedirectPort & RedemptionPort & Pick<Flow, 'workers'>;

export function wholeFlow(flow: Flow): WholeFlow {
  const { browser, wallet, redirect, redemption, workers } = flow;
  return { ...browser, ...wallet, ...redirect, ...redemption, workers };
}
