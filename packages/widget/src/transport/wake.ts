import type { TransportEnvironment } from './environment.ts';

/**
 * Calls `run` whenever waiting has become pointless: the page is looked at again, the network is
 * back, or the page came back from the back/forward cache, which closes its sockets.
 * @returns removes the listeners.
 */
export function onWake(
  { isVisible, window }: Pick<TransportEnvironment, 'isVisible' | 'window'>,
  run: () => void,
): () => void {
  const onVisibility = () => {
    if (isVisible()) run();
  };
  const onPageShow = (event: Event) => {
    if ((event as PageTransitionEvent).persisted) run();
  };
  window?.addEventListener('visibilitychange', onVisibility);
  window?.addEventListener('online', run);
  window?.addEventListener('pageshow', onPageShow);
  return () => {
    window?.removeEventListener('visibilitychange', onVisibility);
    window?.removeEventListener('online', run);
    window?.removeEventListener('pageshow', onPageShow);
  };
}
