import type { ConnectorId, Status } from '@beckon/protocol';
import type { SignIn, SignInOptions, SignInRequest, SignInState } from '../session/index.ts';

/** What `<SignIn>` takes. One of `requestUri`, `requestUrl`, `redirectUri` (with its companions) or `loginUrl` says what to sign in to. */
export interface SignInProps {
  /** The session server's issuer, for example `https://id.example.com`. */
  readonly server: string;
  /** May be left out with `requestUrl` (whose answer names it) and `loginUrl`. */
  readonly clientId?: string | undefined;
  /** A request that the page's backend pushed (RFC 9126). */
  readonly requestUri?: string | undefined;
  /** An endpoint of the page's own backend that pushes one whenever a sign-in starts and answers `{ client_id, request_uri }`. */
  readonly requestUrl?: string | undefined;
  /** The authorization request's own parameters, for public clients. `response_type=code` and S256 are added. */
  readonly redirectUri?: string | undefined;
  /** Default `openid`. */
  readonly scope?: string | undefined;
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  /** `BASE64URL(SHA256(code_verifier))`, RFC 7636 §4.2. */
  readonly codeChallenge?: string | undefined;
  /** An existing OpenID Connect login route (GET) of this site: the sign-in then runs in an iframe, with no change to the route. */
  readonly loginUrl?: string | undefined;
  /** Offers this identity app alone. */
  readonly connector?: ConnectorId | undefined;
  /** `inline` (default) starts at once; `button` starts in its place, `dialog` in a dialog, when the button is pressed. */
  readonly display?: 'button' | 'inline' | 'dialog' | undefined;
  /** Default `auto`: as the person's system has it. */
  readonly theme?: 'light' | 'dark' | 'auto' | undefined;
  /** BCP 47. Default: the browser's languages, then English. */
  readonly locale?: string | undefined;
  readonly loginHint?: string | undefined;
  /** Default `auto`: three fresh codes by itself, then it asks. */
  readonly refreshExpired?: 'auto' | 'manual' | 'never' | undefined;
  /** At every change of status, and when new QR frames came. */
  readonly onStatus?: ((change: StatusChange) => void) | undefined;
  /**
   * Takes over the redirect. Default: the page goes there. `redirectTo` is the redirect URI with
   * `code`, `state` and `iss`, or with `error` once the person chose "Back to …".
   */
  readonly onComplete?: ((completion: Completion) => void) | undefined;
  readonly onError?: ((failure: Failure) => void) | undefined;
  /** A sign-in that the page conducts itself, in place of one made from the properties above. */
  readonly signIn?: SignIn | undefined;
}

export interface StatusChange {
  readonly status: Status;
  /** Everything that is shown, QR frames included; null with `loginUrl`, where the iframe keeps it to itself. */
  readonly state: SignInState | null;
}
export interface Completion {
  readonly redirectTo: string;
}
export interface Failure {
  /** An error code of the wire contract, or `network`. */
  readonly error: string;
}

/** What only the element sets, and tests. */
export interface OwnProps {
  /** Nothing around the widget leads elsewhere (the hosted page): it offers a way out itself. */
  readonly standsAlone?: boolean | undefined;
  /** The browser would not leave by itself: a link for the person to press. */
  readonly continueTo?: string | null | undefined;
  /** Ms since the epoch. Default: this device's clock. */
  readonly now?: (() => number) | undefined;
}

/** The headless client's options; null when no request is given, which is the integrator's mistake to see. */
export function optionsFrom(props: SignInProps): SignInOptions | null {
  const request = requestFrom(props);
  if (request === null) return null;
  const { server, clientId, connector, loginHint, refreshExpired } = props;
  return { server, clientId: clientId ?? '', request, connector, loginHint, refreshExpired };
}

function requestFrom(props: SignInProps): SignInRequest | null {
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
