import { useState, type JSX } from 'react';
import { browserEnvironment, type SignInState } from '../session/index.ts';
import { localeFor, translator } from '../messages/index.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { follow } from './destination.ts';
import { Dialog } from './dialog.tsx';
import { LoginFrame } from './login-frame.tsx';
import { optionsFrom, type SignInProps } from './props.ts';
import { Styled } from './styled.tsx';
import { useOutcome } from './use-outcome.ts';
import { useSignIn, useSignInState } from './use-sign-in.ts';

/** What only the element and the gallery set. */
export interface OwnProps {
  /** Nothing around the widget leads elsewhere (the hosted page): it offers a way out itself. */
  readonly standsAlone?: boolean | undefined;
  /** The browser would not leave by itself: a link for the person to press. */
  readonly continueTo?: string | null | undefined;
  /** Ms since the epoch. Default: this device's clock. */
  readonly now?: (() => number) | undefined;
}

const UNREQUESTED: SignInState = {
  phase: 'failed',
  connection: 'none',
  session: null,
  code: 'invalid_request',
  redirectTo: null,
  canRetry: false,
};

/** The whole sign-in: a code, what became of it, and what to do next. */
export function SignIn(props: SignInProps & OwnProps): JSX.Element {
  const { display = 'inline', theme = 'auto', onStatus, onError, now = Date.now } = props;
  const [pressed, setPressed] = useState(false);
  const open = pressed || display === 'inline';
  const { loginUrl } = props;
  const framed = Boolean(loginUrl);
  const options = props.signIn || framed ? null : optionsFrom(props);
  const own = useSignIn(open ? options : null);
  const given = useSignInState(props.signIn ?? null);
  const signIn = props.signIn ?? own.signIn;
  const state = props.signIn ? given : open && !framed && options === null ? UNREQUESTED : own.state;

  const complete = (redirectTo: string): void => {
    if (props.onComplete) props.onComplete({ redirectTo });
    else follow(redirectTo);
  };
  useOutcome(state, { onStatus, onError, complete });

  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages;
  const locale = localeFor([props.locale, ...wanted]);
  const t = translator(locale.messages, { client: null, app: null });
  const content = loginUrl ? (
    <LoginFrame {...props} loginUrl={loginUrl} title={t('signIn')} complete={complete} />
  ) : (
    <Card
      state={state}
      signIn={signIn}
      locale={locale}
      handheld={state.phase !== 'idle' && browserEnvironment().isPhone()}
      now={now}
      freeChoice={props.connector === undefined}
      mayRenew={props.refreshExpired !== 'never'}
      needsWayOut={props.standsAlone === true || display === 'button'}
      leave={complete}
      continueTo={props.continueTo ?? null}
    />
  );
  const dismiss = (): void => {
    signIn?.cancel();
    setPressed(false);
  };
  return (
    <div
      className="beckon"
      data-phase={state.phase}
      data-connection={state.connection}
      data-theme={theme}
      data-alone={props.standsAlone ? '' : undefined}
      lang={locale.tag}
      dir={locale.direction}
    >
      <Styled />
      {display !== 'inline' && (display === 'dialog' || !open) && (
        <Button kind="primary" onPress={() => setPressed(true)}>
          {t('signIn')}
        </Button>
      )}
      {open && display !== 'dialog' && content}
      {open && display === 'dialog' && (
        <Dialog label={t('signIn')} closeLabel={t('close')} onClose={dismiss}>
          {content}
        </Dialog>
      )}
    </div>
  );
}
