import type { Mode } from '@beckon/protocol';
import type { SessionView } from '../../session/index.ts';
import { Button } from '../button.tsx';
import { Badge } from '../icon.tsx';
import { QrPlaceholder } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/**
 * A session is on its way, the first or a fresh one, or the code or link of the app that was chosen. Takes the
 * room that the code will take: a neutral plate until it is known whether a code or a list of apps comes.
 */
export function starting(view: View<'idle' | 'starting'>, session: SessionView | null): Screen {
  const { state, t, mayChoose, retry } = view;
  const slow = state.phase === 'starting' && state.slow;
  // Its code may never come.
  const chosen = mayChoose && state.phase === 'starting' ? state.session : null;
  return {
    title: t(session ? 'signInTo' : 'signIn'),
    lead: t(slow ? 'slowLead' : 'startingLead'),
    actions: (
      <>
        {slow ? (
          <Button kind="secondary" onPress={retry}>
            {t('tryAgain')}
          </Button>
        ) : (
          <div className="bk-lines" />
        )}
        {chosen && <OtherWays view={view} session={chosen} />}
      </>
    ),
    ...placeFor(session?.mode),
  };
}

function placeFor(mode: Mode | null | undefined): Partial<Screen> {
  if (!mode) return { stage: <div className="bk-wait" /> };
  return mode === 'qr' ? { stage: <QrPlaceholder />, warns: true } : { emblem: <Badge icon="phone" waiting /> };
}
