import { Countdown } from '../countdown.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The server, or the app's, has its hands full: nothing is wrong, and the person has to do nothing. */
export function busy(view: View<'busy'>): Screen {
  const { state, t, now } = view;
  const { session, retryAt } = state;
  return {
    title: t('busyTitle'),
    lead: t('busyLead'),
    emblem: <Badge icon="clock" waiting />,
    actions: (
      <>
        <Countdown key={retryAt} until={retryAt} now={now} t={t} says="busyTime" counts="always" />
        {session && <OtherWays view={view} session={session} />}
      </>
    ),
  };
}
