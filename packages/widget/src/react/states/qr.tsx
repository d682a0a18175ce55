import { Countdown } from '../countdown.tsx';
import { QrCode } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The code, how long it is good, and the three things to do. */
export function qr(view: View<'qr'>): Screen {
  const { state, t, now, qrDraw } = view;
  const { session } = state;
  // No app of its own reads the code of a provider that redirects: the camera opens a page that leads there.
  const byCamera = session.connector?.scan_with === 'camera';
  return {
    title: t('signInTo'),
    lead: t(byCamera ? 'qrCameraLead' : 'qrLead'),
    stage: (
      <>
        <QrCode draw={qrDraw} qr={state.qr} clockOffset={session.clockOffset} now={now} label={t('qrLabel')} />
        <Countdown key={session.sessionId} until={session.expiresAt} now={now} t={t} />
      </>
    ),
    actions: (
      <>
        <ol className="bk-steps">
          <li>{t(byCamera ? 'qrStepCamera' : 'qrStepOpen')}</li>
          <li>{t('qrStepScan')}</li>
          <li>{t(byCamera ? 'continueIn' : 'qrStepCheck')}</li>
        </ol>
        <OtherWays view={view} session={session} />
      </>
    ),
  };
}
