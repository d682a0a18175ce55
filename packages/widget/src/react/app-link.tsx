import type { JSX, ReactNode } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { brandOf } from './brand.ts';
import { Label } from './button.tsx';
import { isAppLink } from './destination.ts';

interface AppLinkProps {
  readonly url: string;
  /** In its colours, where it has some. */
  readonly app?: ConnectorOffer | null;
  /** The person opens it: by click, by key, or with the middle button. */
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}

/**
 * Opens the identity app. Always in the top page: an app or a provider's page cannot open inside
 * a frame. Without a referrer, so that the provider does not learn the page's address.
 */
export function AppLink({ url, app, onOpen, children }: AppLinkProps): JSX.Element | null {
  if (!isAppLink(url)) return null;
  return (
    <a
      className="bk-primary"
      {...brandOf(app)}
      href={url}
      target="_top"
      referrerPolicy="no-referrer"
      onClick={onOpen}
      // The right button only asks for a menu.
      onAuxClick={({ button }) => button === 1 && onOpen?.()}
    >
      <Label>{children}</Label>
    </a>
  );
}
