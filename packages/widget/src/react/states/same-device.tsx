import { AppLink } from '../app-link.tsx';
import { Button } from '../button.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The app is on this device: a link to it, and the code for those whose app is elsewhere. */
export function sameDevice(view: View<'same_device'>): Screen {
  const { state, t, choose } = view;
  const { session, url } = state;
  const { connector } = session;
  return {
    title: t('signInTo'),
    lead: t('sameDeviceLead'),
    emblem: <Badge icon="phone" />,
    actions: (
      <>
        <AppLink url={url}>{t('openApp')}</AppLink>
        {connector?.modes.includes('qr') && (
          <Button kind="secondary" onPress={() => choose(connector, 'qr')}>
            {t('scanInstead')}
          </Button>
        )}
        <OtherWays view={view} session={session} />
      </>
    ),
  };
}
