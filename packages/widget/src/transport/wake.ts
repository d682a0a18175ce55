import type { TransportEnvironment } from './environment.ts';

/** Focus comes with the other signs too, and with every click into the page: alone, at most once in this time, in ms. */
const FOCUS_GAP_MS = 1_000;

/**
 * Calls `run` whenever waiting has become pointless: the page is looked at again or is given the
 * focus, the network is back, or the page came back from the back/forward cache. Calls `leave` when the
 * page goes: some browsers keep no page in that cache whose socket or request is open.
 * `away`: the page may have been suspended meanwhile, or the network gone; false after mere focus.
 * @returns removes the listeners.
 */
export function onWake(
  { isVisible, window, now }: Pick<TransportEnvironment, 'isVisible' | 'window' | 'now'>,
  run: (away: boolean) => void,
  leave: () => void = () => {},
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const wake = (event: Event) => {
    const { type } = event;
    const isFocus = type === 'focus';
    if (type === 'visibilitychange' && !isVisible()) return;
    if (type === 'pageshow' && !(event as PageTransitionEvent).persisted) return;
    if (isFocus && now() - last < FOCUS_GAP_MS) return;
    last = now();
    run(!isFocus);
  };
  const signs = ['visibilitychange', 'online', 'pageshow', 'focus'];
  for (const sign of signs) window?.addEventListener(sign, wake);
  window?.addEventListener('pagehide', leave);
  return () => {
    for (const sign of signs) window?.removeEventListener(sign, wake);
    window?.removeEventListener('pagehide', leave);
  };
}
