import type { ConnectorId } from '@beckon/protocol';
import type { Completion, Failure, StatusChange, Step } from '../events.ts';
import type { SignIn, SignInOptions, SignInRequest } from '../session/index.ts';

/** How it looks and behaves. */
interface LookProps {
  /** `inline` (default) starts at once; `button` starts in its place, `dialog` in a dialog, when the button is pressed. */
  readonly display?: 'button' | 'inline' | 'dialog' | undefined;
  /** Default `auto`: as the person's system has it. */
  readonly theme?: 'light' | 'dark' | 'auto' | undefined;
  /** BCP 47. Default: the browser's languages, then English. */
  readonly locale?: string | undefined;
  /** Default `true`. False: the page alone decides where the browser goes in the end. */
  readonly redirect?: boolean | undefined;
}

/** How the person chooses and goes on, where the widget itself draws that. */
interface ChoiceProps {
  /** Offers this identity app alone. */
  readonly connector?: ConnectorId | undefined;
  /** The identifier for a connector's mode `direct`, where the page knows it. */
  readonly loginHint?: string | undefined;
  /** Default `auto`: three fresh codes by itself, then it asks. `manual`: always asks. `never`: offers the way back only. */
  readonly refreshExpired?: 'auto' | 'manual' | 'never' | undefined;
}

/** An authorization request that the page's backend pushed (RFC 9126). */
interface PushedRequestProps extends ChoiceProps {
  /** The client's id, as the session server knows it. */
  readonly clientId: string;
  /** An authorization request that the page's backend pushed (RFC 9126). */
  readonly requestUri: string;
}

/** A route of the page's own backend, which is asked for a request whenever a sign-in starts. */
interface RequestRouteProps extends ChoiceProps {
  /** May be left out: the route's answer names it. */
  readonly clientId?: string | undefined;
  /** A route of the page's own backend that pushes a request whenever a sign-in starts and answers `{ client_id, request_uri }`. */
  readonly requestUrl: string;
}

/** The authorization request's own parameters, for public clients. `response_type=code` and `S256` are added. */
interface ParametersProps extends ChoiceProps {
  readonly clientId: string;
  /** One of the client's registered redirect URIs, for a request of the page's own. */
  readonly redirectUri: string;
  /** Default `openid`. */
  readonly scope?: string | undefined;
  /** The authorization request's `state` (RFC 6749 §4.1.1). */
  readonly state?: string | undefined;
  /** The OpenID Connect nonce. */
  readonly nonce?: string | undefined;
  /** `BASE64URL(SHA256(code_verifier))`, RFC 7636 §4.2. */
  readonly codeChallenge?: string | undefined;
}

/** An existing login route of this site. What the iframe offers is the route's own affair. */
interface LoginRouteProps {
  /** An OpenID Connect login route (GET) of this site: the sign-in runs in an iframe, with no change to the route. */
  readonly loginUrl: string;
}

/** A sign-in that the page conducts itself, by `createSignIn()` or `useSignIn()`. */
interface ConductedProps extends Omit<ChoiceProps, 'loginHint'> {
  readonly signIn: SignIn;
}

type SubjectName = keyof PushedRequestProps | keyof RequestRouteProps | keyof ParametersProps | keyof LoginRouteProps;

/** With every property of the other ways forbidden. */
type Only<Props> = Props & { readonly [Name in Exclude<SubjectName, keyof Props>]?: undefined };

/** What to sign in to: exactly one of `requestUri`, `requestUrl`, `redirectUri` and `loginUrl`, with its companions. */
export type SubjectProps =
  | Only<PushedRequestProps>
  | Only<RequestRouteProps>
  | Only<ParametersProps>
  | Only<LoginRouteProps>;

/** What the page hears. Handlers observe: none of them stops anything by being there. */
export interface ListenerProps {
  /** At every change of status, and when new QR frames came. */
  readonly onStatus?: ((change: StatusChange) => void) | undefined;
  /** Once, before the browser goes to `redirectTo`; `preventDefault()` keeps it here. */
  readonly onComplete?: ((completion: Completion) => void) | undefined;
  /** At every change of what is shown, of the app or of the mode: for analytics. Has nothing of the person. */
  readonly onStep?: ((step: Step) => void) | undefined;
  readonly onError?: ((failure: Failure) => void) | undefined;
}

/** What `<SignIn>` takes: the session server and what to sign in to, or a sign-in that the page conducts. */
export type SignInProps = LookProps &
  ListenerProps &
  (
    | ({
        /** The session server's issuer, for example `https://id.example.com`. */
        readonly server: string;
        readonly signIn?: undefined;
      } & SubjectProps)
    | ({ readonly server?: string | undefined } & Only<ConductedProps>)
  );

/** What markup can say: the element's attributes in camelCase. */
export type MarkupProps = LookProps & {
  /** The session server's issuer. Default: the origin that the script came from, else the page's. */
  readonly server?: string | undefined;
} & SubjectProps;

/** The same with nothing ruled out: what comes from markup has seen no compiler. */
export type AnyProps = { readonly [Name in keyof SignInProps]?: SignInProps[Name] | undefined };

/** What the widget's own parts set, and tests. */
export interface OwnProps {
  /** Goes to the redirect in place of this page. */
  readonly go?: ((redirectTo: string) => void) | undefined;
  /** Nothing around the widget leads elsewhere (the hosted page): it offers a way out itself. */
  readonly standsAlone?: boolean | undefined;
  /** The website that the server's own page is for; null where that is an app. Default: this page is the website's. */
  readonly site?: string | null | undefined;
  /** The browser would not leave by itself: a link for the person to press. */
  readonly continueTo?: string | null | undefined;
  /** Ms since the epoch. Default: this page's clock (`steadyNow`). */
  readonly now?: (() => number) | undefined;
}

/** The headless client's options; null when no request is given, which is the integrator's mistake to see. */
export function optionsFrom(props: AnyProps): SignInOptions | null {
  const request = requestFrom(props);
  if (request === null || !props.server) return null;
  const { server, clientId, connector, loginHint, refreshExpired } = props;
  return { server, clientId: clientId ?? '', request, connector, loginHint, refreshExpired };
}

function requestFrom(props: AnyProps): SignInRequest | null {
  if (props.requestUrl) return { requestUrl: props.requestUrl };
  if (!props.clientId) return null;
  if (props.requestUri) return { requestUri: props.requestUri };
  if (!props.redirectUri) return null;
  const asked = {
    response_type: 'code',
    client_id: props.clientId,
    redirect_uri: props.redirectUri,
    scope: props.scope ?? 'openid',
    state: props.state,
    nonce: props.nonce,
    code_challenge: props.codeChallenge,
    code_challenge_method: props.codeChallenge && 'S256',
    connector: props.connector,
  };
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked)) if (value) parameters[name] = value;
  return { parameters };
}
