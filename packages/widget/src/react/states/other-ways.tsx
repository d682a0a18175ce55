import type { JSX } from 'react';
import type { SessionView } from '../../session/index.ts';
import { Button } from '../button.tsx';
import type { View } from '../screen.ts';

/** The quiet way round, below what most people do. */
export function OtherWays({ view, session }: { readonly view: View; readonly session: SessionView }): JSX.Element {
  const { t, detour, cancel, mayChoose } = view;
  const { connector } = session;
  return (
    <>
      {connector?.modes.includes('direct') && session.mode !== 'direct' && (
        <Button kind="quiet" onPress={() => detour({ to: 'identifier', connector })}>
          {t('directOffer')}
        </Button>
      )}
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
