import { useState, type JSX } from 'react';
import { browserEnvironment, type SignInState } from '../session/index.ts';
import { localeFor, translator } from '../messages/index.ts';
import { complete } from '../events.ts';
import { own } from '../own.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { follow } from './destination.ts';
import { Dialog } from './dialog.tsx';
import { LoginFrame } from './login-frame.tsx';
import { optionsFrom, type AnyProps, type OwnProps, type SignInProps } from './props.ts';
import { Styled } from './styled.tsx';
import { isUnderWay, useOutcome } from './use-outcome.ts';
import { useOwnSignIn, useSignInState } from './use-sign-in.ts';

const UNREQUESTED: SignInState = {
  phase: 'failed',
  connection: 'none',
  session: null,
  code: 'invalid_request',
  redirectTo: null,
  canRetry: false,
  requestId: null,
};

/** The whole sign-in: a code, what became of it, and what to do next. */
export function SignIn(props: SignInProps): JSX.Element {
  return <Widget {...props} />;
}

/** The same for the element, whose attributes may say anything. */
export function Widget(props: AnyProps & OwnProps): JSX.Element {
  const { display = 'inline', theme = 'auto' } = props;
  // `leaving`: out of sight, and the server is being told.
  const [pressed, setPressed] = useState<'no' | 'yes' | 'leaving'>('no');
  const open = pressed === 'yes' || display === 'inline';
  const { loginUrl } = props;
  const conducts = !props.signIn && !loginUrl && (open || pressed === 'leaving');
  const options = conducts ? optionsFrom(props) : null;
  const made = useOwnSignIn(options);
  const signIn = props.signIn ?? made;
  const known = useSignInState(signIn);
  const state = conducts && options === null ? UNREQUESTED : known;

  const [taken, setTaken] = useState(false);
  const leave = (redirectTo: string): void => setTaken(complete(redirectTo, props, props.go ?? follow));
  useOutcome(state, props, leave);

  const browser = typeof document === 'undefined' ? [] : navigator.languages;
  const page = typeof document === 'undefined' ? '' : own(document, 'documentElement').lang;
  const locale = localeFor([props.locale, ...browser]);
  const t = translator(locale.messages, { client: null, app: null });
  const content = loginUrl ? (
    <LoginFrame {...props} loginUrl={loginUrl} title={t('signIn')} leave={leave} />
  ) : (
    <Card
      page={props}
      state={state}
      signIn={signIn}
      locale={locale}
      wanted={[props.locale, page, ...browser]}
      handheld={state.phase !== 'idle' && browserEnvironment().isPhone()}
      taken={taken}
      leave={leave}
    />
  );
  const dismiss = (): void => {
    const over = (): boolean => signIn === null || !isUnderWay(signIn.getSnapshot());
    setPressed(over() ? 'no' : 'leaving');
    const stop = signIn?.subscribe(() => {
      if (!over()) return;
      stop?.();
      setPressed('no');
    });
    signIn?.cancel();
  };
  return (
    <div
      className="beckon"
      data-phase={state.phase}
      data-connection={state.connection}
      data-theme={theme}
      data-alone={props.standsAlone ? '' : undefined}
      data-framed={props.standsAlone === false ? '' : undefined}
      lang={locale.tag}
      dir={locale.direction}
    >
      <Styled />
      {display !== 'inline' && (display === 'dialog' || !open) && (
        <Button kind="primary" onPress={() => setPressed('yes')}>
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
