import { Countdown } from '../countdown.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { wordsFor } from '../words.tsx';
import { OtherWays } from './other-ways.tsx';

/** A request was pushed to the person's phone. */
export function direct(view: View<'direct'>): Screen {
  const { state, t, now } = view;
  const { session } = state;
  const title = t('retrievedTitle');
  return {
    title,
    lead: t('directLead'),
    ...wordsFor(session, view, title),
    emblem: <Badge icon="phone" waiting />,
    actions: (
      <>
        <Countdown
          key={session.sessionId}
          until={session.expiresAt}
          now={now}
          t={t}
          says="confirmWithin"
          counts="aloud"
        />
        <OtherWays view={view} session={session} />
      </>
    ),
  };
}
