import { useState, type JSX } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { brandOf } from './brand.ts';

/**
 * For an app that has no picture: what the person holds while they sign in with it. A phone, where the app scans;
 * a card, where it is a provider's page. They imitate no logo and spell no letter.
 */
const DRAWN: Readonly<Record<ConnectorOffer['scan_with'], string>> = {
  app: 'M8 2.5h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2ZM12 7.5a1.75 1.75 0 1 0 0 3.5 1.75 1.75 0 0 0 0-3.5ZM9 16a3 2.5 0 0 1 6 0',
  camera:
    'M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM8.75 8.5a1.75 1.75 0 1 0 0 3.5 1.75 1.75 0 0 0 0-3.5ZM6 16a2.75 2 0 0 1 5.5 0M14.5 10H18M14.5 14H18',
};

/** The tile before an app's name. Decoration only: the name beside it says the same. */
export function Mark({ connector }: { readonly connector: ConnectorOffer }): JSX.Element {
  const { mark, scan_with } = connector;
  const [broken, setBroken] = useState(false);
  // A page's policy may not let the picture load.
  if (!mark || broken)
    return (
      <span className="bk-mark" data-drawn="" aria-hidden="true" style={brandOf(connector).style}>
        <svg className="bk-icon" viewBox="0 0 24 24" width={24} height={24}>
          <path d={DRAWN[scan_with]} />
        </svg>
      </span>
    );
  const picture = (scheme: 'light' | 'dark', alone = false): JSX.Element => (
    <img data-scheme={alone ? undefined : scheme} src={mark[scheme]} alt="" onError={() => setBroken(true)} />
  );
  const same = mark.light === mark.dark;
  return (
    <span className="bk-mark" aria-hidden="true">
      {picture('light', same)}
      {!same && picture('dark')}
    </span>
  );
}
