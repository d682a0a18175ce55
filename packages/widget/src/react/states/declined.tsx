import { Badge } from '../icon.tsx';
import { Reference } from '../reference.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

/** Declined on the phone, or the number was wrong. */
export function declined(view: View<'declined'>): Screen {
  const { state, t, renew } = view;
  return {
    title: t(state.wrongNumber ? 'wrongNumberTitle' : 'declinedTitle'),
    lead: t(state.wrongNumber ? 'wrongNumber' : 'declinedLead'),
    emblem: <Badge icon="cross" tone="bad" />,
    actions: (
      <>
        <WaysOn view={view} again={renew && { says: t('tryAgain'), go: renew }} redirectTo={state.redirectTo} />
        {state.wrongNumber && <Reference t={t} id={state.requestId} />}
      </>
    ),
  };
}
