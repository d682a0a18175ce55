import { Button } from '../button.tsx';
import { Countdown } from '../countdown.tsx';
import { Badge } from '../icon.tsx';
import { SpentQr } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';
import { wordsFor } from '../words.tsx';

/** Scanned, or opened. The code is gone: it has done its work, and no other person should try it. */
export function retrieved({ state, t, now, qrDraw, abandon, choose }: View<'retrieved'>): Screen {
  const { number, session } = state;
  // The person came back from a provider's page, or never got there: a fresh link ends what the first one began.
  const again = session.mode === 'same_device' && session.connector?.scan_with === 'camera' && session.connector;
  const actions = (
    <>
      <Countdown key={session.sessionId} until={session.expiresAt} now={now} t={t} />
      {again && (
        <Button kind="secondary" onPress={() => choose(again, 'same_device')}>
          {t('openAgain')}
        </Button>
      )}
      <Button kind="quiet" muted onPress={abandon}>
        {t('cancel')}
      </Button>
    </>
  );
  if (number === null) {
    const title = t(session.mode === 'same_device' ? 'continueIn' : 'retrievedTitle');
    const sign =
      session.mode === 'qr' ? { stage: <SpentQr draw={qrDraw} /> } : { emblem: <Badge icon="phone" waiting /> };
    return { title, lead: t('retrievedLead'), ...sign, ...wordsFor(session, { t }, title), actions };
  }
  const digits = number.split('');
  const [title, lead] = [t('numberTitle'), t('numberLead')];
  return {
    title,
    lead,
    // Digit by digit: "four, two" is what has to be typed, not "forty-two".
    said: `${title}: ${digits.join(' ')}. ${lead}`,
    stage: (
      <p className="bk-number">
        {digits.map((digit, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a digit is its place
          <span key={place}>{digit}</span>
        ))}
      </p>
    ),
    actions,
  };
}
