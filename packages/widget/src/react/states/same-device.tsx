import { AppLink } from '../app-link.tsx';
import { Label } from '../button.tsx';
import { Badge } from '../icon.tsx';
import { InApp } from '../in-app.tsx';
import { installLink } from '../install.ts';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The app is on this device: a link to it, and the code for those whose app is elsewhere. */
export function sameDevice(view: View<'same_device'>): Screen {
  const { state, t, stayed } = view;
  const { session, url } = state;
  const install = stayed ? installLink(session.connector, navigator) : null;
  return {
    title: t('signInTo'),
    lead: t(stayed ? 'notOpened' : 'sameDeviceLead'),
    emblem: <Badge icon="phone" />,
    actions: (
      <>
        <AppLink url={url} app={session.connector} onOpen={view.arm}>
          {t('openApp')}
        </AppLink>
        <InApp {...view} />
        {install && (
          <a className="bk-secondary" href={install} target="_blank" rel="noreferrer">
            <Label>{t('getApp')}</Label>
          </a>
        )}
        <OtherWays key={String(stayed)} view={view} session={session} />
      </>
    ),
  };
}
