import { useRef, useState, type JSX } from 'react';
import { destination } from '../frame/origin.ts';
import { Button } from './button.tsx';
import type { View } from './screen.ts';

const IN_APP = /; wv\)|FB_IAB|BytedanceWebview|MicroMessenger|GSA\//;

/**
 * Whether another app shows the page in itself: as Android's and Apple's web views say, and as apps call themselves that
 * show pages in another way. A page on the home screen looks like such an app on Apple's devices, and is none.
 */
export function isInApp(device: Pick<Navigator, 'userAgent'> & { readonly standalone?: boolean }): boolean {
  const { userAgent, standalone } = device;
  return (
    IN_APP.test(userAgent) || (/iP(?:hone|ad|od)/.test(userAgent) && !/Safari\//.test(userAgent) && standalone !== true)
  );
}

/**
 * Apps often cannot be opened from inside another app, and come back to the browser, which does not know this sign-in.
 * Shown there alone: the page's address to copy, or on the server's own page that of the website, since only a sign-in
 * that begins in the browser can end there.
 */
export function InApp({ t, site, hosted }: Pick<View, 't' | 'site' | 'hosted'>): JSX.Element | null {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  if (!isInApp(navigator)) return null;
  const address = destination((site === undefined ? location.href : site) ?? '');
  const copy = async (): Promise<void> => {
    // Where the browser lets no script copy, what is selected can be copied by hand.
    field.current?.select();
    await navigator.clipboard.writeText(address!);
    setCopied(true);
  };
  return (
    <div className="bk-hint">
      <p>
        {t('inApp')} {t(hosted ? 'inAppSite' : 'inAppMenu')}
      </p>
      {address && (
        <div className="bk-copy">
          <input ref={field} readOnly value={address} aria-label={t('copy')} />
          <Button kind="quiet" onPress={() => void copy().catch(() => {})}>
            {t(copied ? 'copied' : 'copy')}
          </Button>
        </div>
      )}
    </div>
  );
}
