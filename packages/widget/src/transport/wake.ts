import type { TransportEnvironment } from './environment.ts';

/**
 * Calls `run` whenever waiting has become pointless: the page is looked at again, the network is
 * back, or the page came back from the back/forward cache, which closes its sockets.
 * @returns removes the listeners.
 */
export function onWake(
  { document, window }: Pick<TransportEnvironment, 'document' | 'window'>,
  run: () => void,
): () => void {
  const onVisibility = () => {
    if (document?.visibilityState === 'visible') run();
  };
  const onPageShow = (event: Event) => {
    if ((event as PageTransitionEvent).persisted) run();
  };
  document?.addEventListener('visibilitychange', onVisibility);
  window?.addEventListener('online', run);
  window?.addEventListener('pageshow', onPageShow);
  return () => {
    document?.removeEventListener('visibilitychange', onVisibility);
    window?.removeEventListener('online', run);
    window?.removeEventListener('pageshow', onPageShow);
  };
}
