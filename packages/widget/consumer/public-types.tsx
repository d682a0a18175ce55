/**
 * A page that uses the widget by its published names, for the compiler alone: it is never run. Each
 * `@ts-expect-error` is a mistake that must not compile. It is compiled from the sources and from the build,
 * with React 19 and 18.
 */
import { createSignIn } from '@beckon/widget';
import type { BeckonApi, BeckonSignIn, BeckonSignInEvents, MountOptions } from '@beckon/widget/element';
import { mountFrame } from '@beckon/widget/frame';
import { type Completion, SignIn, type SignInProps, useSignIn } from '@beckon/widget/react';
import type { JSX } from 'react';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- that is how two types are compared */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<Claim extends true>(): Claim | undefined {
  return undefined;
}
/* oxlint-enable typescript/no-unnecessary-type-parameters */

const server = 'https://id.example.com';
const conducted = createSignIn({ server, clientId: 'shop', request: { requestUrl: '/login/request' } });

/** Each way to say what to sign in to. */
export const ways: readonly JSX.Element[] = [
  <SignIn key="1" server={server} clientId="shop" requestUri="urn:…" onComplete={({ redirectTo }) => redirectTo} />,
  <SignIn key="2" server={server} requestUrl="/login/request" redirect={false} />,
  <SignIn key="3" server={server} requestUrl="/login/request" clientId="shop" connector="wallet" loginHint="a" />,
  <SignIn
    key="4"
    server={server}
    clientId="spa"
    redirectUri="/cb"
    scope="openid"
    state="s"
    nonce="n"
    codeChallenge="c"
  />,
  <SignIn
    key="5"
    server={server}
    loginUrl="/login"
    theme="dark"
    locale="ar"
    onComplete={(end) => end.preventDefault()}
  />,
  <SignIn key="6" signIn={conducted} connector="wallet" refreshExpired="never" />,
  // What is not known yet may be undefined.
  <SignIn key="7" server={server} requestUrl="/login/request" requestUri={undefined} onError={undefined} />,
];

export const mistakes: readonly JSX.Element[] = [
  // @ts-expect-error -- nothing says what to sign in to
  <SignIn key="1" server={server} />,
  // @ts-expect-error -- a pushed request belongs to a client
  <SignIn key="2" server={server} requestUri="urn:…" />,
  // @ts-expect-error -- whose server?
  <SignIn key="3" clientId="shop" requestUri="urn:…" />,
  // @ts-expect-error -- two ways at once
  <SignIn key="4" server={server} clientId="shop" requestUri="urn:…" requestUrl="/login/request" />,
  // @ts-expect-error -- two ways at once
  <SignIn key="5" server={server} loginUrl="/login" requestUrl="/login/request" />,
  // @ts-expect-error -- two ways at once
  <SignIn key="6" server={server} clientId="shop" requestUri="urn:…" redirectUri="/cb" />,
  // @ts-expect-error -- two ways at once
  <SignIn key="7" server={server} signIn={conducted} requestUrl="/login/request" />,
  // @ts-expect-error -- the pushed request has its own scope
  <SignIn key="8" server={server} clientId="shop" requestUri="urn:…" scope="openid" />,
  // @ts-expect-error -- the client of a page's own parameters
  <SignIn key="9" server={server} redirectUri="/cb" />,
  // @ts-expect-error -- what the iframe offers is the route's affair
  <SignIn key="10" server={server} loginUrl="/login" connector="wallet" />,
  // @ts-expect-error -- no such theme
  <SignIn key="11" server={server} requestUrl="/login/request" theme="blue" />,
  // @ts-expect-error -- what only the widget's own parts set
  <SignIn key="12" server={server} requestUrl="/login/request" standsAlone />,
];

/** Properties that a page puts together are told apart by what they have. */
export function requestOf(props: SignInProps): string {
  if (props.requestUri !== undefined) return holds<Equal<typeof props.clientId, string>>() ? props.clientId : '';
  if (props.signIn !== undefined) return props.signIn.getSnapshot().phase;
  if (props.redirectUri !== undefined) return holds<Equal<typeof props.clientId, string>>() ? props.redirectUri : '';
  return props.loginUrl ?? props.requestUrl ?? '';
}

/** The element in JSX: the same ways, in kebab-case. */
export const elements: readonly JSX.Element[] = [
  <beckon-signin key="1" client-id="shop" request-uri="urn:…" className="sign-in" id="sign-in" />,
  <beckon-signin key="2" server={server} request-url="/login/request" redirect="false" display="dialog" />,
  <beckon-signin key="3" client-id="spa" redirect-uri="/cb" code-challenge="c" nonce="n" refresh-expired="manual" />,
  <beckon-signin
    key="4"
    login-url="/login"
    onbeckon-complete={(event) => {
      holds<Equal<typeof event.detail.redirectTo, string>>();
      event.preventDefault();
    }}
  />,
  // @ts-expect-error -- two ways at once
  <beckon-signin key="5" client-id="shop" request-uri="urn:…" request-url="/login/request" />,
  // @ts-expect-error -- nothing says what to sign in to
  <beckon-signin key="6" theme="dark" />,
  // @ts-expect-error -- React 19 would leave the attribute out, and the page would leave
  <beckon-signin key="7" request-url="/login/request" redirect={false} />,
  // @ts-expect-error -- an attribute is written in kebab-case
  <beckon-signin key="8" requestUrl="/login/request" />,
];

/** The element and its events in the DOM. */
export function listen(): void {
  const element = document.createElement('beckon-signin');
  const found = document.querySelector('beckon-signin');
  holds<Equal<typeof element, BeckonSignIn>>();
  holds<Equal<typeof found, BeckonSignIn | null>>();
  element.addEventListener('beckon-complete', (event) => {
    holds<Equal<typeof event, BeckonSignInEvents['beckon-complete']>>();
    holds<Equal<typeof event.detail.redirectTo, string>>();
  });
  document.addEventListener('beckon-status', ({ detail }) => detail.state?.phase === 'qr' && detail.state.qr.order);
  document.addEventListener('beckon-step', ({ detail }) => detail.durationMs + detail.phase.length);
  // @ts-expect-error -- a step names no session
  document.addEventListener('beckon-step', ({ detail }) => detail.sessionId);
  window.addEventListener('beckon-error', ({ detail }) => detail.error.length);
  // @ts-expect-error -- an error says no destination
  element.addEventListener('beckon-error', ({ detail }) => detail.redirectTo);
}

/** The script tag. */
export function mount(): (() => void) | undefined {
  holds<Equal<typeof window.Beckon, BeckonApi | undefined>>();
  const options: MountOptions = { clientId: 'shop', requestUri: 'urn:…', onComplete: observe, redirect: true };
  // @ts-expect-error -- nothing says what to sign in to
  window.Beckon?.mount('#sign-in', { theme: 'dark' });
  // @ts-expect-error -- two ways at once
  window.Beckon?.mount('#sign-in', { loginUrl: '/login', requestUrl: '/login/request' });
  // @ts-expect-error -- the script has not run, perhaps
  window.Beckon.mount('#sign-in', options);
  return window.Beckon?.mount('#sign-in', options);
}

function observe({ redirectTo, preventDefault }: Completion): void {
  if (redirectTo.includes('error=')) preventDefault();
}

export function frame(container: Element): void {
  mountFrame({ container, src: '/login', origin: server, redirect: false, onComplete: observe }).close();
  // @ts-expect-error -- `onComplete` now, which observes
  mountFrame({ container, src: '/login', origin: server, onRedirect: () => false });
}

export function Headless(): JSX.Element {
  const { state, signIn } = useSignIn({ server, clientId: 'shop', request: { requestUri: 'urn:…' } });
  return <p>{state.phase === 'qr' ? state.session.clientName : signIn?.getSnapshot().phase}</p>;
}
