import { Label } from '../button.tsx';
import { Countdown } from '../countdown.tsx';
import { QrCode } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** The code, near its end how long it is still good, and the three things to do. */
export function qr(view: View<'qr'>): Screen {
  const { state, t, now, qrDraw } = view;
  const { session, renews } = state;
  // No app of its own reads the code of a provider that redirects: the camera opens a page that leads there.
  const byCamera = session.connector?.scan_with === 'camera';
  return {
    title: t('signInTo'),
    lead: t(byCamera ? 'qrCameraLead' : 'qrLead'),
    stage: (
      <>
        <QrCode draw={qrDraw} qr={state.qr} clockOffset={session.clockOffset} now={now} label={t('qrLabel')} />
        {/* Where the next one comes by itself there is nothing to hurry for. */}
        <Countdown
          key={session.sessionId}
          until={session.expiresAt}
          now={now}
          t={t}
          says={renews ? 'freshIn' : 'codeOver'}
          counts={renews ? 'last' : 'aloud'}
        />
      </>
    ),
    actions: (
      <>
        <ol className="bk-steps">
          <li>
            <Label>{t(byCamera ? 'qrStepCamera' : 'qrStepOpen')}</Label>
          </li>
          <li>
            <Label>{t('qrStepScan')}</Label>
          </li>
          <li>
            <Label>{t(byCamera ? 'continueIn' : 'qrStepCheck')}</Label>
          </li>
        </ol>
        <OtherWays view={view} session={session} />
      </>
    ),
    warns: true,
  };
}
