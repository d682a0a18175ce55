import { Button } from '../button.tsx';
import { Countdown } from '../countdown.tsx';
import { Badge, Icon } from '../icon.tsx';
import { SpentQr } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';
import { wordsFor } from '../words.tsx';

/** Scanned, or opened. The code is gone: it has done its work, and no other person should try it. */
export function retrieved({ state, t, now, qrDraw, abandon, choose }: View<'retrieved'>): Screen {
  const { number, session } = state;
  // The person came back from a provider's page, or never got there: a fresh link ends what the first one began.
  const again = session.mode === 'same_device' && session.connector?.scan_with === 'camera' && session.connector;
  const time = (
    <Countdown key={session.sessionId} until={session.expiresAt} now={now} t={t} says="confirmWithin" counts="aloud" />
  );
  const out = (
    <>
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
    const scanned = session.mode === 'qr' && session.words === null;
    return {
      title,
      lead: t('retrievedLead'),
      ...(scanned
        ? {
            stage: (
              <>
                <SpentQr draw={qrDraw} />
                {time}
              </>
            ),
            actions: out,
          }
        : {
            emblem: <Badge icon="phone" waiting />,
            actions: (
              <>
                {time}
                {out}
              </>
            ),
          }),
      ...wordsFor(session, { t }, title),
    };
  }
  // Digit by digit: "four, two" is what has to be typed, not "forty-two".
  const digits = number.split('').join(' ');
  const [title, lead] = [t('numberTitle'), t('numberLead')];
  return {
    title,
    lead,
    said: `${title}: ${digits}. ${lead}`,
    stage: (
      <>
        <p className="bk-number">
          <Icon name="phone" size={76} />
          <span>{digits}</span>
        </p>
        {time}
      </>
    ),
    actions: out,
  };
}
