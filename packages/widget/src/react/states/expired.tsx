import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

/** Not scanned or confirmed in time. */
export function expired(view: View<'expired'>): Screen {
  const { state, t, renew } = view;
  const sawCode = state.session.mode === 'qr';
  return {
    title: t(sawCode ? 'expiredTitle' : 'overTitle'),
    lead: t(state.canRenew ? 'expiredLead' : 'expiredRequest'),
    emblem: <Badge icon="clock" tone="calm" />,
    actions: (
      <WaysOn
        view={view}
        again={state.canRenew && renew ? { says: t(sawCode ? 'freshCode' : 'startAgain'), go: renew } : null}
        redirectTo={state.redirectTo}
      />
    ),
  };
}
