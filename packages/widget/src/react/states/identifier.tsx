import { useRef, type JSX } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { Button } from '../button.tsx';
import type { Screen, View } from '../screen.ts';

/** Where the person types who they are, so that the app can ask on their phone. */
export function identifier(view: View, connector: ConnectorOffer): Screen {
  const { t, choose, detour } = view;
  return {
    title: t('directOffer'),
    lead: t('directFormLead'),
    stage: <IdentifierForm view={view} onSend={(typed) => choose(connector, 'direct', typed)} />,
    actions: (
      <Button kind="quiet" muted onPress={() => detour(null)}>
        {t('cancel')}
      </Button>
    ),
  };
}

function IdentifierForm({
  view: { t },
  onSend,
}: {
  readonly view: View;
  readonly onSend: (typed: string) => void;
}): JSX.Element {
  // Read when sent, and kept nowhere: it names a person.
  const field = useRef<HTMLInputElement>(null);
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
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          required
        />
      </label>
      <button type="submit" className="bk-primary">
        {t('directSend')}
      </button>
    </form>
  );
}
