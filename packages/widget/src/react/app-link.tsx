import type { JSX, ReactNode } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { brandOf } from './brand.ts';
import { isAppLink } from './destination.ts';

interface AppLinkProps {
  readonly url: string;
  /** In its colours, where it has some. */
  readonly app?: ConnectorOffer | null;
  readonly children: ReactNode;
}

/**
 * Opens the identity app. Always in the top page: an app or a provider's page cannot open inside
 * a frame. Without a referrer, so that the provider does not learn the page's address.
 */
export function AppLink({ url, app, children }: AppLinkProps): JSX.Element | null {
  if (!isAppLink(url)) return null;
  return (
    <a className="bk-primary" {...brandOf(app)} href={url} target="_top" referrerPolicy="no-referrer">
      {children}
    </a>
  );
}
