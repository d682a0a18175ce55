import { useState, type JSX } from 'react';
import type { Mode } from '@beckon/protocol';
import type { MessageKey } from '../../messages/index.ts';
import type { SessionView } from '../../session/index.ts';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import type { View } from '../screen.ts';

const SAYS: Readonly<Record<Mode, MessageKey>> = {
  same_device: 'openHere',
  qr: 'scanInstead',
  direct: 'directOffer',
};

interface Way {
  readonly says: MessageKey;
  readonly go: () => void;
}

/**
 * The same app in another way, or another app, behind one disclosure; apart from them the way out.
 * A single other way is shown as it is: a disclosure for it would save no room.
 */
export function OtherWays({ view, session }: { readonly view: View; readonly session: SessionView }): JSX.Element {
  const { t, handheld, choose, detour, cancel, mayChoose } = view;
  const { connector, mode } = session;
  // Where the app did not open, they are what a person looks for.
  const [open, setOpen] = useState(view.stayed);
  // A person cannot scan the screen that they hold.
  const first = handheld && mode === 'qr' && connector?.modes.includes('same_device') ? 'same_device' : null;
  const ways: Way[] = (Object.keys(SAYS) as Mode[])
    .filter((way) => way !== mode && way !== first && connector?.modes.includes(way))
    .map((way) => ({
      says: SAYS[way],
      go: () => (way === 'direct' ? detour({ to: 'identifier', connector: connector! }) : choose(connector!, way)),
    }));
  if (mayChoose) ways.push({ says: 'otherApp', go: () => detour({ to: 'choices' }) });
  const shown = ways.map(({ says, go }) => (
    <Button key={says} kind="quiet" onPress={go}>
      {t(says)}
    </Button>
  ));
  return (
    <>
      {first && (
        <Button kind="primary" onPress={() => choose(connector!, first)}>
          {t('openHere')}
        </Button>
      )}
      {ways.length > 1 && (
        <button type="button" className="bk-quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('otherWays')}
          <Icon name="chevron" size={18} />
        </button>
      )}
      {ways.length > 1 ? open && <div className="bk-ways">{shown}</div> : shown}
      {cancel && (
        <Button kind="quiet" muted onPress={cancel}>
          {t('cancel')}
        </Button>
      )}
    </>
  );
}
