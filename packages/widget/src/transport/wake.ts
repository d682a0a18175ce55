import type { Timer, TransportEnvironment } from './environment.ts';

/** Focus comes with the other signs too, and with every click into the page: alone, at most once in this time, in ms. */
const FOCUS_GAP_MS = 1_000;
/** The other signs may come many a second, where a network flickers: then they count together, at most once in this time, in ms. */
const SIGN_GAP_MS = 250;
/** How often the two clocks are compared, in ms. */
const LOOK_MS = 5_000;
/** Apart by so much more than before, in ms, one of them stood still or was set. */
const JUMP_MS = 10_000;

type Waking = Pick<TransportEnvironment, 'isVisible' | 'window' | 'now' | 'deviceNow' | 'setTimeout' | 'clearTimeout'>;

/**
 * Calls `run` whenever waiting has become pointless: the page is looked at again or is given the
 * focus, the network is back, the page came back from the back/forward cache, or the device slept. Of
 * sleep no event tells: the page's clock may stand still in it, and the device's does not. Calls `leave`
 * when the page goes: some browsers keep no page in that cache whose socket or request is open.
 * `away`: the page may have been suspended meanwhile, or the network gone; false after mere focus.
 * @returns removes the listeners and the timer.
 */
export function onWake(
  { isVisible, window, now, deviceNow = now, ...timers }: Waking,
  run: (away: boolean) => void,
  leave: () => void = () => {},
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let lastSign = last;
  let apart = deviceNow() - now();
  let timer: Timer;
  let gathering: Timer = null;
  const look = () => {
    timer = timers.setTimeout(look, LOOK_MS);
    const before = apart;
    apart = deviceNow() - now();
    if (Math.abs(apart - before) > JUMP_MS) run(true);
  };
  const wake = (event: Event) => {
    const { type } = event;
    const isFocus = type === 'focus';
    if (type === 'visibilitychange' && !isVisible()) return;
    if (type === 'pageshow' && !(event as PageTransitionEvent).persisted) return;
    if (isFocus) {
      if (now() - last < FOCUS_GAP_MS) return;
      last = now();
      return run(false);
    }
    timers.clearTimeout(gathering);
    const ms = lastSign + SIGN_GAP_MS - now();
    if (ms > 0) gathering = timers.setTimeout(sign, ms);
    else sign();
  };
  const sign = () => {
    last = lastSign = now();
    run(true);
  };
  const goAway = () => {
    timers.clearTimeout(gathering);
    leave();
  };
  look();
  const signs = ['visibilitychange', 'online', 'pageshow', 'focus'];
  for (const type of signs) window?.addEventListener(type, wake);
  window?.addEventListener('pagehide', goAway);
  return () => {
    timers.clearTimeout(timer);
    timers.clearTimeout(gathering);
    for (const type of signs) window?.removeEventListener(type, wake);
    window?.removeEventListener('pagehide', goAway);
  };
}
