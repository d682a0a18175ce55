import type { JSX } from 'react';
import { Button } from '../button.tsx';
import type { View } from '../screen.ts';

interface WaysOnProps {
  readonly view: View;
  /** Null where the sign-in cannot go on here. */
  readonly again: { readonly says: string; readonly go: () => void } | null;
  readonly redirectTo: string | null;
}

/** After an end: once more, or back to where the person came from. Whichever comes first is the main one. */
export function WaysOn({ view: { t, leave }, again, redirectTo }: WaysOnProps): JSX.Element {
  return (
    <>
      {again && (
        <Button kind="primary" onPress={again.go}>
          {again.says}
        </Button>
      )}
      {redirectTo !== null && (
        <Button kind={again ? 'secondary' : 'primary'} onPress={() => leave(redirectTo)}>
          {t('back')}
        </Button>
      )}
    </>
  );
}
