import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

/** Not scanned, or not confirmed on the phone, in time. */
export function expired(view: View<'expired'>): Screen {
  const { state, t } = view;
  const { noAnswer, canRenew, redirectTo } = state;
  const renew = canRenew ? view.renew : null;
  const ranOut = state.session.mode === 'qr' && !noAnswer;
  return {
    title: t(noAnswer ? 'noAnswerTitle' : ranOut ? 'expiredTitle' : 'overTitle'),
    lead: t(!canRenew ? 'expiredRequest' : noAnswer ? 'noAnswerLead' : ranOut ? 'expiredLead' : 'overLead'),
    emblem: <Badge icon="clock" tone="calm" />,
    actions: (
      <WaysOn
        view={view}
        again={renew && { says: t(ranOut ? 'freshCode' : 'startAgain'), go: renew }}
        redirectTo={redirectTo}
      />
    ),
    warns: ranOut && renew !== null,
  };
}
