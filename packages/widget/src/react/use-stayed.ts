import { useEffect, useState } from 'react';
import { browserEnvironment } from '../session/index.ts';

/** An app that is on the device has come up by then, in ms. */
const OPENS_MS = 2_500;

export interface Stayed {
  /** The link was followed, and the person is still here: the app may not be on this device. */
  readonly stayed: boolean;
  /** Call it when the link is followed. */
  readonly follow: () => void;
}

/** @param url the app's link; null while there is none. What was found about one link is not said of another. */
export function useStayed(url: string | null): Stayed {
  const [followed, setFollowed] = useState<{ readonly url: string | null } | null>(null);
  const [still, setStill] = useState<string | null>(null);
  useEffect(() => {
    if (followed === null || followed.url !== url) return undefined;
    const { isVisible, setTimeout, clearTimeout } = browserEnvironment();
    const timer = setTimeout(() => setStill(url), OPENS_MS);
    // Something came up in front of the page: whether that is the app, only the person knows.
    const leave = (): void => {
      if (!isVisible()) clearTimeout(timer);
    };
    window.addEventListener('visibilitychange', leave);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('visibilitychange', leave);
    };
  }, [followed, url]);
  return { stayed: url !== null && still === url, follow: () => setFollowed({ url }) };
}
