import { AppLink } from '../app-link.tsx';
import { Button } from '../button.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';

/**
 * The browser leaves by itself where it may, and says as whom: another person may have scanned the
 * code. Where the client wants it, the person says first that this is them. On the same device,
 * another window goes on.
 */
export function confirmed({ state, t, continueTo, confirm, abandon, renew }: View<'confirmed'>): Screen {
  const { confirmPerson, redirectTo } = state;
  // Isolated (U+2068, U+2069): a name of another direction turns nothing around it.
  const person = state.person !== null && { person: `\u2068${state.person}\u2069` };
  // The app gave the code to the browser that it opened, which may be none of the person's choice.
  const elsewhere = redirectTo === null && !confirmPerson;
  const lead = state.slow
    ? elsewhere
      ? 'elsewhereSlow'
      : continueTo === null
        ? 'slowLead'
        : 'confirmedSlow'
    : confirmPerson
      ? 'personLead'
      : continueTo !== null
        ? 'confirmedLink'
        : redirectTo !== null
          ? 'confirmedLead'
          : 'confirmedElsewhere';
  return {
    title: person ? t('signingInAs', person) : t('confirmedTitle'),
    lead: t(lead),
    emblem: <Badge icon="check" tone="good" />,
    actions: confirmPerson ? (
      <>
        <Button kind="primary" onPress={confirm}>
          {person ? t('continueAs', person) : t('continueTo')}
        </Button>
        <Button kind="secondary" onPress={abandon}>
          {t('notMe')}
        </Button>
      </>
    ) : elsewhere && state.slow && renew ? (
      <Button kind="secondary" onPress={renew}>
        {t('startAgain')}
      </Button>
    ) : (
      continueTo !== null && <AppLink url={continueTo}>{t('continueTo')}</AppLink>
    ),
  };
}
