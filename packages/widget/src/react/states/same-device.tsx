import { AppLink } from '../app-link.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The app is on this device: a link to it, and the code for those whose app is elsewhere. */
export function sameDevice(view: View<'same_device'>): Screen {
  const { state, t } = view;
  const { session, url } = state;
  return {
    title: t('signInTo'),
    lead: t('sameDeviceLead'),
    emblem: <Badge icon="phone" />,
    actions: (
      <>
        <AppLink url={url} app={session.connector} onOpen={view.arm}>
          {t('openApp')}
        </AppLink>
        <OtherWays view={view} session={session} />
      </>
    ),
  };
}
