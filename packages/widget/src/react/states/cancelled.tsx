import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

/** Cancelled here, by the person. */
export function cancelled(view: View<'cancelled'>): Screen {
  const { state, t, renew } = view;
  return {
    title: t('cancelledTitle'),
    lead: t('cancelledLead'),
    emblem: <Badge icon="cross" tone="calm" />,
    actions: <WaysOn view={view} again={renew && { says: t('startAgain'), go: renew }} redirectTo={state.redirectTo} />,
  };
}
