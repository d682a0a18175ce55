import type { JSX, ReactNode } from 'react';
import { isAppLink } from './destination.ts';

/**
 * Opens the identity app. Always in the top page: an app or a provider's page cannot open inside
 * a frame. Without a referrer, so that the provider does not learn the page's address.
 */
export function AppLink({ url, children }: { readonly url: string; readonly children: ReactNode }): JSX.Element | null {
  if (!isAppLink(url)) return null;
  return (
    <a className="bk-primary" href={url} target="_top" referrerPolicy="no-referrer">
      {children}
    </a>
  );
}
