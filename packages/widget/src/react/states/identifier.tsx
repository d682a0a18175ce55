import { useEffect, useRef, useState, type JSX } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { capitalised } from '../../messages/index.ts';
import type { Problem } from '../../session/index.ts';
import { Button } from '../button.tsx';
import { Countdown } from '../countdown.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';
import { OtherWays } from './other-ways.tsx';

/** Where the person types who they are, so that the app can ask on their phone. The session waits for it. */
export function identifier(view: View<'identifier'>): Screen {
  const { session, problem } = view.state;
  const screen = identifierFor(view, session.connector!, problem);
  return { ...screen, actions: <OtherWays view={view} session={session} /> };
}

/** The same beside what is shown else: there is a way back. */
export function identifierFor(view: View, connector: ConnectorOffer, problem: Problem | null = null): Screen {
  const { t, choose, detour } = view;
  const [title, lead] = [t('directOffer'), t('directFormLead')];
  const refused = problem && sayProblem(view, problem);
  const send = (typed: string): void => choose(connector, 'direct', typed);
  return {
    title,
    lead,
    ...(refused && { said: `${title}. ${refused}` }),
    emblem: <Badge icon="phone" />,
    stage: <IdentifierForm view={view} refused={refused} retryAt={problem?.retryAt ?? null} onSend={send} />,
    actions: (
      <Button kind="quiet" muted onPress={() => detour(null)}>
        {t('cancel')}
      </Button>
    ),
  };
}

function sayProblem({ t }: View, { code, description, retryAt }: Problem): string {
  if (code !== 'rate_limited') return description ? capitalised(description) : t('failedOther');
  return retryAt === null ? `${t('directBusy')} ${t('failedBusy')}` : t('directBusy');
}

interface IdentifierFormProps {
  readonly view: View;
  readonly refused: string | null;
  readonly retryAt: number | null;
  readonly onSend: (typed: string) => void;
}

let forms = 0;

function IdentifierForm({ view: { t, now }, refused, retryAt, onSend }: IdentifierFormProps): JSX.Element {
  // Read when sent, and kept nowhere: it names a person.
  const field = useRef<HTMLInputElement>(null);
  // Two forms of one document must not share it.
  const [refusal] = useState(() => `bk-refused-${(forms += 1)}`);
  useEffect(() => {
    if (refused !== null) field.current?.focus();
  }, [refused]);
  return (
    <form
      className="bk-form"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = field.current?.value.trim();
        if (typed) onSend(typed);
      }}
    >
      <label>
        {t('directField')}
        <input
          ref={field}
          type="text"
          inputMode="text"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          aria-invalid={refused !== null}
          aria-describedby={refused === null ? undefined : refusal}
          required
        />
      </label>
      {refused !== null && (
        <p className="bk-refused" id={refusal}>
          {refused}
        </p>
      )}
      {retryAt !== null && (
        <Countdown key={retryAt} until={retryAt} now={now} t={t} says="directTime" counts="always" />
      )}
      <button type="submit" className="bk-primary">
        {t('directSend')}
      </button>
    </form>
  );
}
