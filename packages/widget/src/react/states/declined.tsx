import type { EndCause } from '@beckon/protocol';
import type { MessageKey } from '../../messages/index.ts';
import { Badge, type IconName } from '../icon.tsx';
import { Reference } from '../reference.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

type Copy = readonly [title: MessageKey, lead: MessageKey, icon: IconName];

const UNSAID: Copy = ['declinedTitle', 'declinedLead', 'cross'];

const COPY: Readonly<Partial<Record<EndCause, Copy>>> = {
  user: ['declinedTitle', 'declinedInApp', 'cross'],
  not_me: ['notMeTitle', 'notMeLead', 'shield'],
  wrong_number: ['wrongNumberTitle', 'wrongNumber', 'cross'],
};

/** Declined on the phone, or the number was wrong. Each cause has its own words. */
export function declined(view: View<'declined'>): Screen {
  const { state, t, renew } = view;
  const { reason, redirectTo, requestId } = state;
  const [title, lead, icon] = (reason && COPY[reason]) || UNSAID;
  return {
    title: t(title),
    lead: t(lead),
    emblem: <Badge icon={icon} tone="bad" />,
    actions: (
      <>
        <WaysOn view={view} again={renew && { says: t('tryAgain'), go: renew }} redirectTo={redirectTo} />
        {reason === 'wrong_number' && <Reference t={t} id={requestId} />}
      </>
    ),
  };
}
