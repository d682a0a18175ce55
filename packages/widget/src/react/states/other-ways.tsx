import type { JSX } from 'react';
import type { Mode } from '@beckon/protocol';
import type { MessageKey } from '../../messages/index.ts';
import type { SessionView } from '../../session/index.ts';
import { Button } from '../button.tsx';
import type { View } from '../screen.ts';

const SAYS: Readonly<Record<Mode, MessageKey>> = {
  same_device: 'openHere',
  qr: 'scanInstead',
  direct: 'directOffer',
};

/** The same app in another way, another app, or the way out: what comes below that which most people do. */
export function OtherWays({ view, session }: { readonly view: View; readonly session: SessionView }): JSX.Element {
  const { t, handheld, choose, detour, cancel, mayChoose } = view;
  const { connector, mode } = session;
  const others = (Object.keys(SAYS) as Mode[]).filter((way) => way !== mode && connector?.modes.includes(way));
  const kindOf = (way: Mode): 'primary' | 'secondary' | 'quiet' => {
    if (way === 'direct') return 'quiet';
    if (mode !== 'qr') return 'secondary';
    return handheld ? 'primary' : 'quiet';
  };
  return (
    <>
      {connector &&
        others.map((way) => (
          <Button
            key={way}
            kind={kindOf(way)}
            onPress={() => (way === 'direct' ? detour({ to: 'identifier', connector }) : choose(connector, way))}
          >
            {t(SAYS[way])}
          </Button>
        ))}
      {mayChoose && (
        <Button kind="quiet" onPress={() => detour({ to: 'choices' })}>
          {t('otherApp')}
        </Button>
      )}
      {cancel && (
        <Button kind="quiet" muted onPress={cancel}>
          {t('cancel')}
        </Button>
      )}
    </>
  );
}
