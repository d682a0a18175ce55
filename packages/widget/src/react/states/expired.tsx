import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

/** Not scanned or confirmed in time. */
export function expired(view: View<'expired'>): Screen {
  const { state, t, renew } = view;
  return {
    title: t('expiredTitle'),
    lead: t(state.canRenew ? 'expiredLead' : 'expiredRequest'),
    emblem: <Badge icon="clock" tone="calm" />,
    actions: (
      <WaysOn
        view={view}
        again={state.canRenew && renew ? { says: t('freshCode'), go: renew } : null}
        redirectTo={state.redirectTo}
      />
    ),
  };
}
